// Draws a figure with plotly.js, and says what was clicked.

const decoder = new TextDecoder();
let plotly;

// One script for all charts of a window; a failed one is asked for again by the next chart.
function loaded(address) {
    plotly ??= window.Plotly ? Promise.resolve(window.Plotly) : new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = () => done(window.Plotly);
        script.onerror = () => { plotly = undefined; script.remove(); failed(new Error(address)); };
        document.head.append(script);
    });
    return plotly;
}

function placed(parent) {
    let chart = parent.querySelector(":scope > .chart");
    if (!chart) {
        chart = document.createElement("div");
        chart.className = "chart";
        chart.setAttribute("role", "img");
        parent.append(chart);
        chart.watcher = new ResizeObserver(() => {
            if (chart.drawn && chart.clientWidth && chart.clientWidth !== chart.drawn) {
                chart.drawn = chart.clientWidth;
                window.Plotly.Plots.resize(chart);
            }
        });
        chart.watcher.observe(chart);
    }
    return chart;
}

export default async function(component) {
    const { data, parentElement, setTriggerValue } = component;
    const chart = placed(parentElement);
    const { figure, config, alt, address, failed } = JSON.parse(decoder.decode(data));
    chart.setAttribute("aria-label", alt);
    chart.style.height = `${figure.layout.height}px`;
    const turn = (chart.turn ?? 0) + 1;
    chart.turn = turn;
    let Plotly;
    try {
        Plotly = await loaded(address);
    } catch {
        chart.textContent = failed;
        return;
    }
    // While the script was loading, a newer figure may have come.
    if (chart.turn !== turn) return;
    await Plotly.react(chart, figure.data, figure.layout, config);
    chart.drawn = chart.clientWidth;
    chart.removeAllListeners("plotly_click");
    chart.on("plotly_click", event => {
        const key = event.points[0]?.customdata?.[0];
        if (key) setTriggerValue("picked", key);
    });
    return () => {
        chart.watcher.disconnect();
        Plotly.purge(chart);
    };
}
