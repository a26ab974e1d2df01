"""Office files without the moment at which they were written."""

import datetime as dt
import io
import zipfile

_TIME = (2000, 1, 1, 0, 0, 0)


def repacked(content: bytes) -> bytes:
    """The same parts of a ZIP in the same order, each as if written at one moment long ago."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(target, "w") as kept:
        for name in given.namelist():
            kept.writestr(zipfile.ZipInfo(name, _TIME), given.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def noon(day: dt.date) -> dt.datetime:
    """What a file says of the time it was made: noon of a day, without a zone, as office files have it."""
    return dt.datetime.combine(day, dt.time(12))
