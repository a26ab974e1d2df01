// Turns the slides. Every text stands in the document already; here one of them is shown at a time.
"use strict";
const decks = [...document.querySelectorAll(".deck")];
const title = document.querySelector("h1");
const dots = document.querySelector(".dots");
const spoken = document.querySelector("[role=status]");
const black = document.querySelector(".black");
const count = dots.children.length;
let deck = decks[0];
let at = 0;
let typed = "";

function show(place, language) {
  const turned = deck.children[at];
  at = Math.min(Math.max(place, 0), count - 1);
  const switched = language !== deck.lang;
  deck = decks.find(one => one.lang === language) ?? deck;
  const slide = deck.children[at];
  for (const one of decks) {
    one.hidden = one !== deck;
    [...one.children].forEach((child, number) => { child.hidden = number !== at; });
  }
  // A switch of the language leaves everything in its place, so nothing moves there.
  slide.classList.toggle("turned", !switched && slide !== turned);
  [...dots.children].forEach((dot, number) => {
    dot.setAttribute("aria-current", number === at);
    dot.setAttribute("aria-label", deck.children[number].getAttribute("aria-label"));
  });
  document.documentElement.lang = deck.lang;
  document.title = title.textContent = deck.dataset.title;
  dots.setAttribute("aria-label", deck.dataset.slides);
  spoken.textContent = `${slide.getAttribute("aria-label")}: ${slide.querySelector("h2").textContent}`;
  window.scrollTo(0, 0);
  // The whole address: inside another page a bare fragment would be one of that page.
  const address = `${location.href.split("#")[0]}#${slide.id}`;
  if (location.href !== address) history.replaceState(null, "", address);
}

function follow() {
  const [, language, number] = /^#([a-z]+)-(\d+)$/.exec(location.hash) ?? [null, deck.lang, "1"];
  show(Number(number) - 1, language);
}

function turn(steps) {
  show(at + steps, deck.lang);
}

function switchLanguage() {
  show(at, decks[(decks.indexOf(deck) + 1) % decks.length].lang);
}

function fill() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

function leave() {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (window.parent !== window) window.parent.postMessage({ briefing: "leave" }, "*");
}

const keys = {
  ArrowRight: () => turn(1),
  ArrowDown: () => turn(1),
  PageDown: () => turn(1),
  " ": event => turn(event.shiftKey ? -1 : 1),
  ArrowLeft: () => turn(-1),
  ArrowUp: () => turn(-1),
  PageUp: () => turn(-1),
  Home: () => show(0, deck.lang),
  End: () => show(count - 1, deck.lang),
  l: switchLanguage,
  f: fill,
  Escape: leave,
  b: () => { black.hidden = false; },
  ".": () => { black.hidden = false; },
};

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const onControl = event.target.closest?.("a, button") && (pressed === "Enter" || pressed === " ");
  if (!black.hidden) {
    // Whatever is pressed brings the slide back, and turns nothing that nobody sees.
    black.hidden = true;
    event.preventDefault();
  } else if (/^\d$/.test(pressed)) {
    typed = (typed + pressed).slice(-3);
    return;
  } else if (pressed === "Enter" && typed) {
    show(Number(typed) - 1, deck.lang);
    event.preventDefault();
  } else if (pressed in keys && !onControl) {
    keys[pressed](event);
    event.preventDefault();
  }
  typed = "";
});

document.addEventListener("click", event => {
  const dot = event.target.closest("button");
  if (dot) show([...dots.children].indexOf(dot), deck.lang);
  else if (!black.hidden) black.hidden = true;
  else if (!event.target.closest("a") && getSelection().isCollapsed)
    turn(event.clientX < window.innerWidth / 3 ? -1 : 1);
});

// A dot that was clicked keeps no focus, or the next space would click it again.
dots.addEventListener("mousedown", event => event.preventDefault());

let touched = null;
document.addEventListener("touchstart", event => {
  touched = event.touches.length === 1 ? event.touches[0] : null;
}, { passive: true });
document.addEventListener("touchend", event => {
  if (!touched) return;
  const across = event.changedTouches[0].clientX - touched.clientX;
  const down = event.changedTouches[0].clientY - touched.clientY;
  touched = null;
  if (Math.abs(across) > 50 && Math.abs(across) > 2 * Math.abs(down)) turn(across < 0 ? 1 : -1);
});

window.addEventListener("hashchange", follow);
deck = decks.find(one => !one.hidden);
follow();
