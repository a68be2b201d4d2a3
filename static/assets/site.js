// A few conveniences. The site reads, and leads everywhere, without them.
(() => {
  "use strict";
  const root = new URL(document.body.dataset.root, location.href);
  const plain = (path) => path.replace(/index\.html$/, "");

  // "Go back" goes back when the reader came from this site; else it leads to the section, as written.
  const depth = history.length;
  const back = document.querySelector("a[data-back]");
  if (back && depth > 1 && document.referrer.startsWith(root.href)) {
    back.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      history.go(-Math.max(1, history.length - depth + 1)); // past the places of this page that were visited
    });
  }

  // The rail: today's latest take the place of those that were the earlier ones when the page was made.
  const rail = document.querySelector(".rail[data-latest]");
  const bring = async () => {
    const answer = await fetch(rail.dataset.latest);
    if (!answer.ok) return;
    const fragment = new DOMParser().parseFromString(await answer.text(), "text/html");
    const seen = new Set([plain(location.pathname)]);
    const entries = [...fragment.querySelectorAll("li"), ...rail.querySelectorAll("li")].filter((entry) => {
      const link = entry.querySelector("a");
      const url = new URL(link.getAttribute("href"), entry.ownerDocument === document ? location.href : answer.url);
      const path = plain(url.pathname);
      if (seen.has(path)) return false;
      seen.add(path);
      link.href = url.href;
      return true;
    });
    if (!entries.length) return;
    rail.querySelector("ol").replaceChildren(...entries.slice(0, 4));
    rail.querySelector("h2").textContent = rail.dataset.title;
    rail.hidden = false;
  };
  if (rail && location.protocol.startsWith("http")) bring().catch(() => {});

  // Words that the search has found are marked where they stand: the page itself stays as it is.
  const mark = () => {
    const words = location.hash.slice("#site:found=".length).split(",").map(decodeURIComponent).filter(Boolean);
    const either = words.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|");
    const found = new RegExp(`(?<![\\p{L}\\p{N}])(?:${either})(?![\\p{L}\\p{N}])`, "giu");
    const ranges = [];
    for (const part of document.querySelectorAll(".item h1, .item .lead, .item .body")) {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        for (const { index, 0: word } of texts.currentNode.data.matchAll(found)) {
          const range = new Range();
          range.setStart(texts.currentNode, index);
          range.setEnd(texts.currentNode, index + word.length);
          ranges.push(range);
        }
      }
    }
    if (words.length) CSS.highlights.set("found", new Highlight(...ranges));
  };
  if (location.hash.startsWith("#site:found=") && globalThis.CSS?.highlights) {
    try {
      mark();
    } catch {
      // an address that was cut short
    }
  }

  // Citations are copied at a click, and that is announced; without this they can be selected.
  for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
    const box = button.closest("[data-done]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(text.textContent);
        box.querySelector("[role=status]").textContent = box.dataset.done;
      } catch {
        getSelection().selectAllChildren(text);
      }
    });
  }

  // From a disk no server turns a folder into its index.html.
  if (location.protocol === "file:") {
    for (const link of document.links) {
      const url = new URL(link.href);
      if (url.protocol === "file:" && url.pathname.endsWith("/")) {
        url.pathname += "index.html";
        link.href = url.href;
      }
    }
  }
})();
