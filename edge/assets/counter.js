// The counter: page views, partner codes and tokens, opt-ins, consent and orders of the merchant's pages.
// `cargo xtask assets` minifies it to t.js, which the Worker serves at /t.js: keep it small.
(function (w, d) {
  var script = d.currentScript, tributary = w.tributary;
  // On the page twice (its own snippet and a builder's): counted once.
  if (tributary && tributary.on) return;
  var endpoint = new URL("collect", script.src).href;
  var required = script.dataset.consent == "required";
  var query = new URLSearchParams(location.search);
  var consent, store, short, token = query.get("trb") || "";
  // What is kept between pages of a host that the cookie does not reach: once the Worker says that it may be.
  try {
    store = localStorage;
    token = token || store.trb || "";
  } catch (_) {}
  var fill = function () {
    if (!token) return;
    // Until the answer has come a journey may be longer than 200, and nobody knows what of it fits.
    var fit = short || (token[200] ? "" : token);
    d.querySelectorAll("input[name=trb]").forEach(function (input) { input.value = token; });
    // `data-trb` alone, or the name of the parameter that the check-out hands on. Some of them take 200 characters.
    d.querySelectorAll("a[data-trb][href]").forEach(function (link) {
      var url = new URL(link.href), name = link.dataset.trb;
      if (!name || fit) url.searchParams.set(name || "trb", name ? fit : token);
      link.href = url;
    });
    d.querySelectorAll("stripe-buy-button,stripe-pricing-table").forEach(function (button) {
      if (fit) button.setAttribute("client-reference-id", fit);
    });
  };
  var send = function (event, more) {
    if (required && !consent && event != "consent") return Promise.resolve();
    return fetch(endpoint, {
      method: "POST", mode: "cors", credentials: "include", keepalive: true,
      body: JSON.stringify(Object.assign({
        event: event, url: location.href, referrer: d.referrer, trb: token, consent: consent, consent_required: required
      }, more))
    }).then(function (answer) { return answer.json(); }).then(function (answer) {
      token = answer.trb || token;
      short = answer.short;
      if (answer.kept && token && store) store.trb = token;
      fill();
    }).catch(function () {});
  };
  var run = function (command, value) {
    if (command == "identify" || command == "order") return send(command, value);
    if (command == "consent") {
      consent = value;
      if (!value) try { delete store.trb; } catch (_) {}
      return send(command).then(function () { if (value) return send("view"); });
    }
  };
  fill();
  d.addEventListener("DOMContentLoaded", fill);
  d.addEventListener("submit", function (event) {
    var form = event.target;
    fill();
    if ("trbIdentify" in form.dataset) run("identify", { email: (form.querySelector("[type=email]") || {}).value });
  }, true);
  w.tributary = run;
  run.on = 1;
  send("view");
  ((tributary && tributary.q) || []).forEach(function (call) { run.apply(0, call); });
})(window, document);
