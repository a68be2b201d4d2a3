// A player from elsewhere takes the place of a video's still only when the reader asks for it.
(() => {
  "use strict";
  for (const link of document.querySelectorAll("a[data-embed]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const frame = document.createElement("iframe");
      frame.src = link.dataset.embed;
      frame.title = link.dataset.title;
      frame.allow = "autoplay; fullscreen; picture-in-picture";
      frame.referrerPolicy = "strict-origin-when-cross-origin";
      link.replaceWith(frame);
      frame.focus();
    });
  }
})();
