// Language and theme before the first paint, so that nothing flashes, and what the page needs asked for at once.
// A file of its own: inline scripts are refused.
(function () {
  var search = new URLSearchParams(location.search);
  function chosen(name, allowed) {
    var remembered = null;
    try {
      remembered = localStorage.getItem("craveny." + name);
    } catch (refused) {
      // Storage may be switched off; the address and the browser's own setting remain.
    }
    var value = search.get(name) || remembered;
    return allowed.indexOf(value) >= 0 ? value : null;
  }
  var dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = chosen("theme", ["light", "dark"]) || (dark ? "dark" : "light");
  document.documentElement.lang = chosen("lang", ["ko", "en"]) || (/^ko/i.test(navigator.language) ? "ko" : "en");
  document.querySelectorAll("template").forEach(function (preloads) {
    var about = preloads.dataset;
    var isWanted = about.page ? new RegExp(about.page).test(location.pathname) : about.language === document.documentElement.lang;
    if (isWanted) document.head.append(preloads.content);
  });
})();
