// Stagemakelaar: what makes the pages pleasant. Every page works without it.
// Order: forms, watched texts, toast, live progress, list keys, palette.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const keysOn = document.documentElement.dataset.keys !== "off";
  const inField = (node) => node.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const open = () => $("[popover]:popover-open");

  // Forms: one press is one request; a page that comes back from the cache is usable again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) setTimeout(() => button.setAttribute("aria-busy", "true"), 500);
  });
  addEventListener("pageshow", () => {
    $$("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    $$("[aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy"));
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-pick-all]")) {
      $$("tbody .pick input[type=checkbox]", box.closest("table")).forEach((other) => { other.checked = box.checked; });
    }
    const picked = box.closest("tr");
    if (box.closest(".pick") && picked) {
      $$("tbody tr", box.closest("table")).forEach((row) => {
        const own = $(".pick input", row);
        if (own) row.classList.toggle("is-picked", own.checked);
      });
      const count = $("[data-picked-count]");
      if (count) count.textContent = $$("tbody .pick input:checked", box.closest("table")).length;
    }
    if (box.matches("[data-submit]")) box.form.requestSubmit();
  });

  // Free text about students: a word of special data gets a sentence under its field, with a way to say what the work asks.
  const look = (area, table) => {
    const words = area.value.toLowerCase().split(/[^\p{L}-]+/u).filter(Boolean);
    const fits = (pattern) => words.find((word) => (pattern.endsWith("*") ? word.startsWith(pattern.slice(0, -1)) : word === pattern));
    const said = table.flatMap(({ words: known, says }) => {
      const found = known.map(fits).find(Boolean);
      return found ? [says.replace("{}", found)] : [];
    });
    let note = $(".watched", area.parentElement);
    if (!note) {
      if (!said.length) return;
      note = document.createElement("p");
      note.className = "watched hint is-warn";
      note.setAttribute("role", "status");
      area.after(note);
    }
    if (note.textContent !== said.join(" ")) note.textContent = said.join(" ");
  };
  $$("[data-watch]").forEach((mark) => {
    const table = JSON.parse(mark.dataset.watch);
    $$("textarea", mark.closest("form")).forEach((area) => {
      area.addEventListener("input", () => look(area, table));
      look(area, table);
    });
  });

  // Toast: goes when it has been read, stays while it is pointed at.
  const toast = $(".toast");
  if (toast) {
    let timer;
    const wait = () => { timer = setTimeout(() => toast.remove(), 12000); };
    const hold = () => clearTimeout(timer);
    ["mouseenter", "focusin"].forEach((name) => toast.addEventListener(name, hold));
    ["mouseleave", "focusout"].forEach((name) => toast.addEventListener(name, wait));
    wait();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(".flash").remove();
  });

  // Live progress: <svg class="progress" data-poll="URL"> asks for {of, parts: [n, …], text, done}.
  $$("[data-poll]").forEach((bar) => {
    const ask = async () => {
      if (document.hidden) { setTimeout(ask, 2000); return; }
      try {
        const answer = await fetch(bar.dataset.poll, { headers: { accept: "application/json" } });
        if (!answer.ok) return;
        const { of, parts, text, done } = await answer.json();
        let x = 0;
        $$("rect", bar).forEach((rect, i) => {
          const width = of ? (100 * (parts[i] ?? 0)) / of : 0;
          rect.setAttribute("x", `${x}%`);
          rect.setAttribute("width", `${width}%`);
          x += width;
        });
        bar.setAttribute("aria-label", text);
        const words = bar.dataset.pollText && document.getElementById(bar.dataset.pollText);
        if (words) words.textContent = text;
        if (done) { location.reload(); return; }
      } catch { /* the next round asks again */ }
      setTimeout(ask, 2000);
    };
    setTimeout(ask, 1000);
  });

  // Keys. A button that carries aria-keyshortcuts="A" is pressed by A: in the row that has the focus,
  // then in a suggestion, then anywhere else on the page.
  const rows = () => $$(".row:not(.row-done), .suggestion:not(.is-done), tbody tr").filter((row) => row.offsetParent);
  const now = () => $(".row.is-focus, .suggestion.is-focus, tr.is-focus");
  // In the inbox J and K open the next letter and the one before.
  const letters = () => $$(".triage-item");
  const current = () => letters().findIndex((letter) => letter.hasAttribute("aria-current"));
  if (current() > 0) letters()[current()].scrollIntoView({ block: "nearest" });
  const step = (by) => {
    if (letters().length) {
      // Where the list stands alone, its first letter has not been opened yet.
      const alone = !$(".triage-mail")?.offsetParent;
      const next = letters()[alone ? Math.max(0, current()) : current() + by];
      if (next) location.href = next.href;
      return;
    }
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(now());
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 && by < 0 ? all.length - 1 : at + by))];
    all.forEach((row) => row.classList.toggle("is-focus", row === next));
    const link = $("a, button", next) || next;
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const press = (key) => {
    const wanted = (node) => (node.getAttribute("aria-keyshortcuts") || "").split(" ").includes(key) && !node.closest("[hidden]");
    for (const root of [now(), $(".decide"), document.body]) {
      const button = root && $$("[aria-keyshortcuts]", root).find((node) => wanted(node) && (root !== document.body || !node.closest(".row:not(.is-focus)")));
      if (button) { if (button.matches("input, textarea")) button.focus(); else button.click(); return true; }
    }
    return false;
  };
  let goes = false;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      const palette = document.getElementById("palette");
      if (palette) {
        palette.togglePopover();
        // Its own event comes a moment later; what is typed at once belongs in the field already.
        if (palette.matches(":popover-open")) $("input", palette).focus();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!keysOn || inField(event.target) || open()) return;
    if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showPopover(); return; }
    const letter = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (goes) {
      goes = false;
      const link = $(`.nav a[data-go="${letter}"], .menu a[data-go="${letter}"]`);
      if (link) { event.preventDefault(); location.href = link.href; }
      return;
    }
    if (letter === "G") { goes = true; setTimeout(() => { goes = false; }, 1500); return; }
    if (letter === "J" || letter === "K") { event.preventDefault(); step(letter === "J" ? 1 : -1); return; }
    if (letter === "X") { const box = $(".pick input", now() || document.createElement("i")); if (box) box.click(); return; }
    if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return;
    if (press(letter)) event.preventDefault();
  });

  // Palette: the actions that are already in the page, filtered; and what the server finds.
  const palette = document.getElementById("palette");
  if (palette) {
    const field = $("input", palette);
    const found = $("[data-found]", palette);
    const links = () => $$("a", palette).filter((link) => !link.closest("[hidden]"));
    const choose = (by) => {
      const all = links();
      const at = all.findIndex((link) => link.classList.contains("is-focus"));
      const next = all[(at + by + all.length) % all.length];
      all.forEach((link) => link.classList.toggle("is-focus", link === next));
      next?.scrollIntoView({ block: "nearest" });
    };
    const first = () => { $$("a.is-focus", palette).forEach((link) => link.classList.remove("is-focus")); choose(1); };
    const icons = $("use", palette)?.getAttribute("href").split("#")[0];
    const line = ({ title, note, href, icon }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = href;
      const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      drawing.setAttribute("class", "i");
      drawing.setAttribute("aria-hidden", "true");
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", `${icons}#i-${icon}`);
      drawing.append(use);
      const words = document.createElement("span");
      words.textContent = title;
      const side = document.createElement("span");
      side.className = "muted";
      side.textContent = note || "";
      link.append(drawing, words, side);
      item.append(link);
      return item;
    };
    // Enter goes where the words lead, also when it is pressed before the answer is there.
    const follow = () => {
      const link = $("a.is-focus", palette);
      if (link && link.offsetParent) link.click(); else field.form?.requestSubmit();
    };
    let turn = 0, busy = false, follows = false;
    const settle = () => { first(); busy = false; if (follows) { follows = false; follow(); } };
    const search = async () => {
      const text = field.value.trim().toLowerCase();
      $$("[data-actions] li", palette).forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(text); });
      const mine = ++turn;
      if (text.length < 2) { found.replaceChildren(); settle(); return; }
      try {
        const answer = await fetch(`${palette.dataset.find}?q=${encodeURIComponent(text)}`, { headers: { accept: "application/json" } });
        if (mine !== turn) return;
        if (answer.ok) found.replaceChildren(...(await answer.json()).map(line));
      } catch { /* the actions still work */ }
      if (mine === turn) settle();
    };
    let timer;
    field.addEventListener("input", () => { busy = true; follows = false; clearTimeout(timer); timer = setTimeout(search, 120); });
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
      if (event.key === "Enter") { event.preventDefault(); if (busy) follows = true; else follow(); }
    });
    palette.addEventListener("toggle", (event) => { if (event.newState === "open") { field.focus(); if (!busy) search(); } else { field.value = ""; } });
  }
})();
