function (shown) {
  var script = document.currentScript;
  var host = document.createElement("div");
  // Neither style reaches the other's page.
  var root = host.attachShadow({ mode: "open" });
  var make = function (parent, name, text) {
    var element = parent.appendChild(document.createElement(name));
    if (text) element.textContent = text;
    return element;
  };
  make(root, "link").rel = "stylesheet";
  root.firstChild.href = new URL("/w/cards.css", script.src);
  var list = make(root, "ul");
  list.setAttribute("aria-label", shown[0]);
  shown[2].forEach(function (card) {
    var link = make(make(list, "li"), "a");
    link.href = new URL(card[1], script.src);
    link.target = "_blank";
    link.rel = "sponsored noopener";
    make(link, "b", card[0]);
    make(link, "span", shown[1]);
  });
  script.after(host);
}
