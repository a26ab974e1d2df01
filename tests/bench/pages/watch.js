// When every chart of the page shows what is wanted. Nothing is polled: each change of the page is noticed in
// the same task that makes it, shadow roots included, and what has been drawn is compared then.
(() => {
  if (window !== window.top) return;
  const roots = new Set([document]);
  const known = new WeakMap();
  const what = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["d"] };
  let wanted = null, read = null, begun = null, finish = null, changed = 0;

  const everything = selector => [...roots].flatMap(root =>
    root === document || root.isConnected ? [...root.querySelectorAll(selector)] : []);
  const words = chart =>
    [...chart.querySelectorAll(".main-svg text")].map(text => text.textContent).sort().join("\n");
  const lines = chart =>
    [...chart.querySelectorAll(".main-svg .cartesianlayer path")].map(path => path.getAttribute("d")).join("\n");
  const drawn = chart => {
    if (!known.has(chart)) known.set(chart, `${words(chart)}\n\n${lines(chart)}`);
    return known.get(chart);
  };
  const all = read => everything(".js-plotly-plot").map(read).sort();

  const observer = new MutationObserver(records => {
    changed = performance.now();
    let last = null;
    for (const { target } of records) {
      if (target === last) continue;
      last = target;
      const chart = (target.closest ? target : target.parentElement)?.closest(".js-plotly-plot");
      if (chart) known.delete(chart);
    }
    if (wanted !== null && begun !== null && all(read).join("\n\n\n") === wanted) {
      wanted = null;
      finish(changed - begun);
    }
  });
  observer.observe(document, what);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) {
    const root = attach.call(this, how);
    roots.add(root);
    observer.observe(root, what);
    return root;
  };
  window.addEventListener("click", event => {
    if (wanted !== null && begun === null) begun = event.timeStamp;
  }, true);

  window.__watch = {
    // From now on, `done` is the milliseconds from the next click until words and lines are all as wanted; null
    // where that takes longer than three minutes.
    redrawn(charts) {
      this.expect(charts, drawn, null);
    },
    // The same from the moment on that the page's address was gone to, with no drawing there before: words come
    // last, and say enough. A width may still change then.
    opened(charts) {
      this.expect(charts, words, 0);
    },
    expect(charts, how, start) {
      [read, begun] = [how, start];
      wanted = charts.join("\n\n\n");
      this.done = new Promise(resolve => {
        finish = resolve;
        setTimeout(resolve, 180000, null);
      });
    },
    drawn: () => all(drawn),
    words: () => all(words),
    // Resolves once nothing has changed for so many milliseconds from now on.
    quiet: milliseconds => new Promise(resolve => {
      const asked = performance.now();
      const look = () => {
        const left = Math.max(changed, asked) + milliseconds - performance.now();
        left <= 0 ? resolve() : setTimeout(look, left);
      };
      look();
    }),
  };
})();
