// While the page is looked at, waits on an open line for word that the number is there, and then goes on by itself.
// Where there is no line it asks now and then. Without this file the page refreshes itself and has a link.
(function () {
  "use strict";
  var page = document.querySelector("[data-status]");
  var next = document.getElementById("continue");
  if (!page || !next) return;
  var status = page.getAttribute("data-status");
  var events = page.getAttribute("data-events");
  // When the code on this page stops being good.
  var stale = Date.now() + Number(page.getAttribute("data-renew")) * 1000;
  var source = null;
  var timers = [];
  var failures = 0;

  function after(seconds, what) {
    timers.push(window.setTimeout(what, seconds * 1000));
  }

  function stop() {
    timers.splice(0).forEach(window.clearTimeout);
    if (source) source.close();
    source = null;
  }

  function goOn() {
    stop();
    window.location.replace(next.href);
  }

  function listen() {
    if (!window.EventSource || !events) return ask();
    source = new window.EventSource(events);
    // A proxy may hold back even the first word.
    after(6, askInstead);
    source.addEventListener("waiting", function () {
      failures = 0;
      stopAsking();
    });
    source.addEventListener("ready", goOn);
    source.addEventListener("full", askInstead);
    source.onerror = function () {
      failures += 1;
      if (!source || source.readyState === window.EventSource.CLOSED || failures > 3) askInstead();
    };
  }

  function stopAsking() {
    timers.splice(0).forEach(window.clearTimeout);
    renew();
  }

  function askInstead() {
    stop();
    renew();
    ask();
    // Perhaps there is a line again by then.
    after(60, start);
  }

  function ask() {
    if (!window.fetch) return;
    window
      .fetch(status, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } })
      .then(function (answer) {
        return answer.ok ? answer.json() : {};
      })
      .catch(function () {
        return {};
      })
      .then(function (state) {
        if (state.ready === true) goOn();
        else if (!document.hidden) after(5, ask);
      });
  }

  // A new code, when this one is worth nothing any more.
  function renew() {
    after(Math.max(1, (stale - Date.now()) / 1000), function () {
      window.location.replace(window.location.pathname);
    });
  }

  function start() {
    stop();
    if (document.hidden) return;
    failures = 0;
    renew();
    listen();
  }

  document.addEventListener("visibilitychange", start);
  start();
})();
