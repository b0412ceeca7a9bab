// Goes on when every application was told, or after a while when one does not answer. Without this file the page goes
// on by itself too, and has a link.
(function () {
  "use strict";
  var next = document.getElementById("logout-continue");
  if (!next) return;

  // In place of this page, so that the way back does not lead through it again.
  function goOn() {
    window.location.replace(next.href);
  }

  // The page has loaded when its frames have.
  if (document.readyState === "complete") goOn();
  else window.addEventListener("load", goOn);
  window.setTimeout(goOn, 4000);
})();
