"""The lists that the ministry sends for reconciliation, with the mistakes that such lists have.

They name members of the sample, before or after these are enrolled, people who left and are still listed,
people of another source, and people whom nobody has registered. Who is listed once stays listed, with the
same mistake, so that months can be followed. Made in memory at the first start; nothing of it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from enrollment.months import add_months, month_text, parse_month
from enrollment.sample_assumptions import NAMES, POSTS, ROSTERS, SURNAMES, Roster
from enrollment.sample_members import Members, Person

_HEADER = "nik,nama,tgl_lahir,jenis_kelamin,provinsi,kab_kota,sumber,periode,kpj,jabatan,simulasi"
_REGION, _SERIAL = (4, 5), (12, 13, 14, 15)
"""Places of a NIK in which a slip leaves birth and sex as they are."""
_STRUCK_OFF, _LATE, _WITH_CARD = 25, 8, 70
"""Per cent: taken off after they left, listed a month after they enrolled, listed with a card number."""
_INVALID = 10


@dataclass(slots=True)
class _Entry:
    """One person on a list from month `since` on, as the sender writes it, and the months as a member."""

    person: Person
    since: int
    active: Sequence[int]
    nik: str
    birth: str
    kpj: str
    post: str
    struck_off: bool
    twice: bool = False
    other_month: bool = False
    other_source: bool = False

    def is_on(self, m: int) -> bool:
        """Whether the list of month m names the person; some who left are taken off it."""
        left = bool(self.active) and self.active[0] < m and m not in self.active
        return self.since <= m and not (left and self.struck_off)


class Rosters:
    """The lists of all sources and months."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._draw = members.draw
        self._active = {source: members.active(source) for source in ROSTERS}
        self._niks = {one.nik for people in self._active.values() for one in people}
        self._entries = {source: self._listed(source, habits) for source, habits in ROSTERS.items()}

    def roster(self, source: str, month: date) -> bytes:
        """The list of a source for a month, as CSV. Raises ValueError for a month without members."""
        text = month_text(month)
        m = self._members.months.index(text)
        earlier = month_text(add_months(parse_month(text), -1))
        lines, again = [_HEADER], []
        for entry in self._entries[source]:
            if entry.is_on(m):
                one = entry.person
                name = f"{NAMES[one.number % len(NAMES)]} {SURNAMES[one.number // 32 % len(SURNAMES)]}"
                under = "PEMDA" if entry.other_source else source
                stated = earlier if entry.other_month else text
                line = (
                    f"{entry.nik},{name},{entry.birth},{one.sex},{one.province},{one.regency},"
                    f"{under},{stated},{entry.kpj},{entry.post},ya"
                )
                lines.append(line)
                if entry.twice:
                    again.append(line)
        return ("\n".join(lines + again) + "\n").encode()

    def _listed(self, source: str, habits: Roster) -> list[_Entry]:
        """Everybody whom a source lists in any month, by regency."""
        active = self._active[source]
        ever = list(active)
        waiting = [one for one in ever if int(self._draw() * 1000) < habits.members]
        late = {one for one in waiting if self._lot() < _LATE}
        others = self._active[habits.other]
        entries: list[_Entry] = []
        for m, people in enumerate(habits.people):
            enrolled = [one for one in waiting if active[one][0] + (one in late) <= m]
            named = set(enrolled)
            waiting = [one for one in waiting if one not in named]
            room = people - len(entries) - len(enrolled)
            ahead = self._some(waiting, min(len(waiting), room * habits.ahead // 100))
            there = [one for one, months in others.items() if m in months]
            elsewhere = self._some(there, room * habits.others // 1000)
            named |= set(ahead)
            waiting = [one for one in waiting if one not in named]
            entries += [self._entry(one, m, active[one], habits) for one in (*enrolled, *ahead)]
            entries += [self._entry(one, m, (), habits) for one in elsewhere]
            for _ in range(people - len(entries)):
                stranger = self._members.stranger(ever[int(self._draw() * len(ever))])
                entries.append(self._entry(stranger, m, (), habits))
        return sorted(entries, key=lambda entry: (entry.person.regency, entry.person.number))

    def _entry(self, one: Person, since: int, active: Sequence[int], habits: Roster) -> _Entry:
        entry = _Entry(
            one,
            since,
            active,
            nik=one.nik,
            birth=one.birth,
            kpj=one.kpj if active and self._lot() < _WITH_CARD else "",
            post=POSTS[int(self._draw() * len(POSTS))],
            struck_off=self._lot() < _STRUCK_OFF,
        )
        flaw = int(self._draw() * 10_000)
        for name, share in zip(Roster.FLAWS, habits.flaws, strict=True):
            if 0 <= flaw < share:
                self._spoil(entry, name)
            flaw -= share
        return entry

    def _spoil(self, entry: _Entry, flaw: str) -> None:
        if flaw in ("digit", "swap"):
            # A slip in a number that nobody has could not be told from no slip.
            if entry.active:
                entry.nik = self._slipped(entry.nik, swap=flaw == "swap")
        elif flaw == "invalid":
            entry.nik, entry.birth = _impossible(entry.nik, entry.birth, int(self._draw() * _INVALID))
        else:
            setattr(entry, flaw, True)

    def _slipped(self, nik: str, *, swap: bool) -> str:
        """A NIK with one other digit, or two neighbours that changed places, which is nobody else's."""
        swap = swap and len(set(nik[12:])) > 1
        while True:
            digits = list(nik)
            if swap:
                at = _SERIAL[int(self._draw() * (len(_SERIAL) - 1))]
                digits[at], digits[at + 1] = digits[at + 1], digits[at]
            else:
                places = _REGION + _SERIAL
                at = places[int(self._draw() * len(places))]
                digits[at] = str((int(digits[at]) + 1 + int(self._draw() * 9)) % 10)
            slipped = "".join(digits)
            if slipped not in self._niks and slipped[4:6] != "00" and slipped[12:] != "0000":
                self._niks.add(slipped)
                return slipped

    def _some(self, people: Sequence[Person], count: int) -> list[Person]:
        """So many of some people by lot, each once."""
        left = list(people)
        return [left.pop(int(self._draw() * len(left))) for _ in range(min(count, len(left)))]

    def _lot(self) -> int:
        return int(self._draw() * 100)


def _impossible(nik: str, birth: str, kind: int) -> tuple[str, str]:
    """A NIK and a birth date that cannot be, in one of several ways."""
    spelt = (
        nik[:15],
        nik + nik[-1],
        nik[:15] + "O",
        f"{nik[0]}.{nik[1:6]}E+15",
        f"'{nik}",
        nik[:4] + "00" + nik[6:],
        nik[:8] + "13" + nik[10:],
        nik[:6] + "00" + nik[8:],
        nik[:12] + "0000",
    )
    if kind < len(spelt):
        return spelt[kind], birth
    return nik, (date.fromisoformat(birth) + timedelta(1)).isoformat()
