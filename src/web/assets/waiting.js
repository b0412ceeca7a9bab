// Asks every two seconds, while the page is looked at, whether the number is there, and then goes
// on by itself. Without this file the page refreshes itself and has a link.
(function () {
  "use strict";
  var page = document.querySelector("[data-status]");
  var next = document.getElementById("continue");
  if (!page || !next || !window.fetch) return;
  var address = page.getAttribute("data-status");

  function later() {
    window.setTimeout(ask, 2000);
  }

  function ask() {
    if (document.visibilityState === "hidden") return later();
    window
      .fetch(address, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } })
      .then(function (answer) {
        return answer.ok ? answer.json() : {};
      })
      .then(function (state) {
        if (state.ready === true) window.location.replace(next.href);
        else later();
      })
      .catch(later);
  }

  later();
})();
