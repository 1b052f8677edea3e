"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const RESULTS = [["Not compliant", "✕", "bad"], ["Unknown", "?", "unknown"], ["Compliant", "✓", "good"], ["Not applicable", "–", "none"]];
  const SEVERITIES = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];
  const PAGE = 100, PLOT_ROWS = 24;
  const SVG = "http://www.w3.org/2000/svg";
  const s = data.strings;

  // Every text of the data becomes a text node: no part of it is parsed as HTML.
  function fill(node, props, children) {
    for (const [name, value] of Object.entries(props || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter(child => child !== null && child !== undefined && child !== ""));
    return node;
  }
  const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);
  const v = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

  const all = data.findings.map(([rule, result, t, evidence, position], index) => ({
    index, rule: data.rules[rule], result, type: s[t[0]], id: s[t[1]], name: s[t[2]], arn: s[t[3]], account: s[t[4]],
    region: s[t[5]], source: s[t[6]], kind: s[t[7]], recorded: s[t[8]], reason: s[t[9]], annotation: s[t[10]],
    fix: s[t[11]], exemption: s[t[12]], evidence: evidence.map(e => s[e]), position, text: null,
  }));
  const severity = f => SEVERITIES.indexOf(f.rule.severity);
  const FIELDS = {
    result: f => String(f.result), severity: f => f.rule.severity, rule: f => f.rule.id, account: f => f.account,
    region: f => f.region, type: f => f.type, source: f => f.source,
  };
  const NAMES = { rule: "Rule", account: "Account", region: "Region", type: "Resource type", source: "Source" };
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const worst = (a, b) => Math.max(a.result, 1) - Math.max(b.result, 1) || severity(b) - severity(a) || a.result - b.result || a.index - b.index;
  const SORTS = {
    worst: ["worst first", worst],
    name: ["resource name", (a, b) => compare(a.name, b.name) || worst(a, b)],
    rule: ["rule name", (a, b) => compare(a.rule.id, b.rule.id) || worst(a, b)],
    place: ["account, Region, file", (a, b) => compare(a.account, b.account) || compare(a.region, b.region) || compare(a.source, b.source) || worst(a, b)],
    recorded: ["latest recorded", (a, b) => compare(b.recorded, a.recorded) || worst(a, b)],
  };
  const GROUPS = {
    none: ["none", null], rule: ["by rule", f => f.rule.id],
    resource: ["by resource", f => [f.name, f.type, [f.account, f.region].filter(Boolean).join(" ") || f.source].join(" · ")],
  };

  const state = { filters: {}, q: "", sort: "worst", group: "none" };
  let shown = [], rendered = 0, lastGroup = null, list = null;

  function readHash() {
    const params = new URLSearchParams(location.hash.slice(1));
    for (const field of Object.keys(FIELDS)) state.filters[field] = new Set(params.getAll(field));
    state.q = params.get("q") || "";
    state.sort = Object.hasOwn(SORTS, params.get("sort") || "") ? params.get("sort") : "worst";
    state.group = Object.hasOwn(GROUPS, params.get("group") || "") ? params.get("group") : "none";
  }
  function writeHash() {
    const params = new URLSearchParams();
    for (const [field, set] of Object.entries(state.filters)) for (const value of set) params.append(field, value);
    if (state.q) params.set("q", state.q);
    if (state.sort !== "worst") params.set("sort", state.sort);
    if (state.group !== "none") params.set("group", state.group);
    history.replaceState(null, "", "#" + params);
  }

  function haystack(f) {
    if (f.text === null) {
      const requirements = f.rule.requirements.map(([name, ids]) => name + " " + ids.join(" "));
      f.text = [f.name, f.id, f.arn, f.account, f.region, f.type, f.source, f.rule.id, f.rule.summary, f.rule.severity,
        f.reason, f.annotation, f.fix, f.exemption, ...f.evidence, ...requirements].join("\n").toLowerCase();
    }
    return f.text;
  }

  function update() {
    const terms = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const inForce = Object.entries(state.filters).filter(([, set]) => set.size);
    shown = all.filter(f => inForce.every(([field, set]) => set.has(FIELDS[field](f))) && terms.every(term => haystack(f).includes(term)));
    const group = GROUPS[state.group][1], sort = SORTS[state.sort][1];
    shown.sort(sort);
    if (group) {
      // A group is at the place of its first finding.
      const groups = new Map();
      for (const f of shown) { const key = group(f); groups.has(key) ? groups.get(key).push(f) : groups.set(key, [f]); }
      shown = [...groups.values()].flat();
    }
    $("list").replaceChildren();
    rendered = 0; lastGroup = null; list = null;
    $("shown").textContent = shown.length === all.length ? `${all.length} shown` : `${shown.length} of ${all.length} shown`;
    if (!shown.length) $("list").append(h("p", { class: "empty" }, all.length ? "No finding matches these filters." : "No DMS resources were found."));
    render(PAGE);
    for (const one of document.querySelectorAll("[data-filter]")) one.setAttribute("aria-pressed", String(state.filters[one.dataset.filter].has(one.dataset.value)));
    for (const cell of document.querySelectorAll(".cell")) cell.classList.toggle("on", isOn(cell.where));
    showActive();
  }
  function changed() { writeHash(); update(); }

  function render(count) {
    const group = GROUPS[state.group][1];
    for (const f of shown.slice(rendered, rendered + count)) {
      const key = group ? group(f) : "";
      if (!list || key !== lastGroup) {
        if (group) $("list").append(h("h3", { class: "group" }, key));
        list = h("ul", { class: "rows" });
        $("list").append(list);
        lastGroup = key;
      }
      list.append(row(f));
    }
    rendered = Math.min(rendered + count, shown.length);
    $("more").hidden = rendered >= shown.length;
    $("more").textContent = `Show more (${shown.length - rendered} left)`;
  }

  function row(f) {
    const [name, sign, cls] = RESULTS[f.result];
    const at = f.position ? `${f.source}:${f.position[0]}:${f.position[1]}` : [f.account, f.region].filter(Boolean).join(" ") || f.source;
    const button = h("button", { type: "button", "aria-expanded": "false", onclick: () => toggle(item, f) },
      h("span", {}, h("span", { class: "badge " + cls }, h("span", { class: "sign", "aria-hidden": "true" }, sign), name),
        h("span", { class: f.result < 2 ? "sev s" + severity(f) : "sev" }, f.rule.severity)),
      h("span", {}, h("span", { class: "res" }, f.name || f.id), h("span", { class: "why" }, f.reason)),
      h("span", { class: "at" }, h("span", { class: "rule" }, f.rule.id), h("bdi", {}, at)));
    const item = h("li", { class: "row" }, button);
    item.finding = f;
    return item;
  }

  function toggle(item, f, to) {
    const button = item.firstElementChild, open = to === undefined ? button.getAttribute("aria-expanded") !== "true" : to;
    button.setAttribute("aria-expanded", String(open));
    if (open && item.children.length === 1) item.append(detail(f));
    if (!open && item.children.length > 1) item.lastElementChild.remove();
  }

  function detail(f) {
    const dl = h("dl");
    const add = (name, ...values) => { const kept = values.filter(Boolean); if (kept.length) dl.append(h("dt", {}, name), h("dd", {}, ...kept.map(value => h("div", {}, value)))); };
    add("Reason", f.reason);
    add("Evidence", ...f.evidence);
    add("Exemption", f.exemption);
    add("Rule", `${f.rule.id}: ${f.rule.summary}`);
    add("Decides", h("code", {}, f.rule.property), `should be: ${f.rule.wanted}`);
    add("Resource", f.type, f.name, f.id !== f.name && h("code", {}, f.id), f.arn !== f.id && f.arn && h("code", {}, f.arn));
    add("Account, Region", [f.account, f.region].filter(Boolean).join(" "));
    add("Source", f.position ? `${f.source}:${f.position[0]}:${f.position[1]}` : f.source, f.kind);
    add("Recorded", f.recorded);
    add("Annotation", f.annotation);
    add("Requirements", ...f.rule.requirements.map(([name, ids]) => `${name}: ${ids.join(", ")}`));
    const fix = f.fix && h("div", { class: "fix" }, h("p", {}, h("strong", {}, "Fix: "), h("span", { class: "fix-text" }, f.fix)),
      h("button", { type: "button", onclick: event => copy(f.fix, event.currentTarget) }, "Copy fix"));
    return h("div", { class: "panel-in" }, fix, dl);
  }

  async function copy(text, button) {
    let done = false;
    try { await navigator.clipboard.writeText(text); done = true; } catch {
      const area = h("textarea", { class: "hidden" });
      area.value = text; document.body.append(area); area.select();
      done = document.execCommand("copy"); area.remove(); button.focus();
    }
    button.textContent = done ? "Copied" : "Could not copy";
    setTimeout(() => { button.textContent = "Copy fix"; }, 1500);
  }

  function flip(field, value) {
    const set = state.filters[field];
    set.has(value) ? set.delete(value) : set.add(value);
    changed();
  }
  function count(field) {
    const counts = new Map();
    for (const f of all) { const value = FIELDS[field](f); if (value) counts.set(value, (counts.get(value) || 0) + 1); }
    return counts;
  }
  function controls() {
    const results = count("result"), severities = count("severity");
    const chip = (field, value, cls, n, ...label) => h("button", { type: "button", class: "chip " + cls, "data-filter": field, "data-value": value, onclick: () => flip(field, value) }, ...label, " ", h("span", { class: "n" }, String(n)));
    RESULTS.forEach(([name, sign, cls], i) => $("chips").append(chip("result", String(i), cls, results.get(String(i)) || 0, h("span", { class: "sign", "aria-hidden": "true" }, sign), name)));
    $("chips").append(h("span", { class: "gap" }));
    for (const word of [...SEVERITIES].reverse()) if (severities.get(word)) $("chips").append(chip("severity", word, "", severities.get(word), word[0] + word.slice(1).toLowerCase()));
    for (const [field, name] of Object.entries(NAMES)) {
      const counts = [...count(field)].sort((a, b) => compare(a[0], b[0]));
      if (counts.length < 2) continue;
      const select = h("select", { "data-select": field, onchange: () => { const value = select.value; select.selectedIndex = 0; if (value) flip(field, value); } },
        h("option", { value: "" }, `${name}: any`), ...counts.map(([value, n]) => h("option", { value }, `${value} (${n})`)));
      $("selects").append(h("label", {}, h("span", { class: "hidden" }, "Filter by " + name), select));
    }
    for (const [key, options, name] of [["sort", SORTS, "Sort"], ["group", GROUPS, "Group"]]) {
      const select = h("select", { id: key, onchange: () => { state[key] = select.value; changed(); } }, ...Object.entries(options).map(([value, [label]]) => h("option", { value }, `${name}: ${label}`)));
      $("selects").append(h("label", {}, h("span", { class: "hidden" }, name), select));
    }
    for (const card of document.querySelectorAll(".card")) {
      const value = card.dataset.result;
      const button = h("button", { type: "button", class: card.className, "data-filter": "result", "data-value": value, onclick: () => flip("result", value) });
      button.append(...card.childNodes);
      card.replaceWith(button);
    }
  }
  function showActive() {
    const chips = [];
    const words = [...[...state.filters.result].map(r => RESULTS[r]?.[0]), ...[...state.filters.severity], state.q && `“${state.q}”`].filter(Boolean);
    if (words.length) chips.push(h("bdi", { class: "muted" }, words.join(", ")));
    for (const field of Object.keys(NAMES)) for (const value of state.filters[field]) chips.push(h("button", { type: "button", class: "chip", "aria-label": `Remove filter ${NAMES[field]} ${value}`, onclick: () => flip(field, value) }, h("bdi", {}, `${NAMES[field]}: ${value}`), " ✕"));
    if (chips.length || state.q || state.filters.result.size || state.filters.severity.size) chips.push(h("button", { type: "button", class: "chip", id: "clear", onclick: clear }, "Clear all filters"));
    $("active").replaceChildren(...chips);
  }
  function clear() {
    for (const set of Object.values(state.filters)) set.clear();
    state.q = ""; $("search").value = "";
    changed(); $("search").focus();
  }

  // The plots: accounts by Regions, and files.
  const isOn = where => Object.entries(where).every(([field, value]) => state.filters[field].has(value) && state.filters[field].size === 1);
  function choose(where) {
    const off = isOn(where);
    for (const field of ["account", "region", "source"]) state.filters[field].clear();
    if (!off) for (const [field, value] of Object.entries(where)) state.filters[field].add(value);
    changed();
  }
  const tally = () => ({ n: [0, 0, 0, 0], weight: 0, failed: 0 });
  function addTo(into, f) { into.n[f.result]++; if (f.result < 2) into.weight += [1, 5, 25, 125][severity(f)]; }
  function words(t) {
    const parts = RESULTS.map(([name], i) => t.n[i] && `${t.n[i]} ${name.toLowerCase()}`).filter(Boolean);
    if (t.failed) parts.unshift("not complete: errors occurred");
    return parts.join(", ") || "nothing found";
  }
  function appearance(t) {
    const total = t.n[0] + t.n[1] + t.n[2];
    const mark = t.failed ? "!" : "";
    if (t.n[0]) return [t.n[0] / total > .5 ? "h3" : t.n[0] / total > .2 ? "h2" : "h1", t.n[0] + mark];
    if (t.failed) return ["failed", "!"];
    if (t.n[1]) return ["unknown", "?" + t.n[1]];
    return t.n[2] ? ["good", "✓"] : ["none", "–"];
  }
  function cell(where, label, attributes, ...children) {
    const g = v("g", { class: "cell " + attributes.class, role: "button", tabindex: "-1", "aria-label": label, onclick: () => choose(where) }, v("title", {}, label), ...children);
    g.where = where; g.place = attributes.place;
    return g;
  }
  function roving(svg) {
    const cells = [...svg.querySelectorAll(".cell")], at = new Map(cells.map(one => [one.place.join(), one]));
    if (cells[0]) cells[0].setAttribute("tabindex", "0");
    svg.addEventListener("keydown", event => {
      const here = event.target.closest(".cell"), step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!here) return;
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(here.where); return; }
      if (!step) return;
      event.preventDefault(); event.stopPropagation();
      let [y, x] = here.place, next;
      for (let tries = 0; tries < 40 && !next; tries++) { y += step[0]; x += step[1]; next = at.get([y, x].join()); }
      if (next) { here.setAttribute("tabindex", "-1"); next.setAttribute("tabindex", "0"); next.focus(); }
    });
  }
  function asTable(head, rows) {
    return h("details", {}, h("summary", {}, "As a table"), h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ...head.map(one => h("th", { scope: "col" }, one)))), h("tbody", {}, ...rows.map(cells => h("tr", {}, ...cells.map(one => h("td", {}, one))))))));
  }
  const more = (n, what, redraw) => n > 0 ? h("button", { type: "button", onclick: redraw }, `and ${n} more ${what}: show all`) : null;

  function matrix(holder, everything) {
    const accounts = new Map(), regions = new Set();
    const tallies = (account, region) => {
      if (!accounts.has(account)) accounts.set(account, { total: tally(), cells: new Map() });
      const one = accounts.get(account);
      if (!one.cells.has(region)) one.cells.set(region, tally());
      regions.add(region);
      return [one.total, one.cells.get(region)];
    };
    for (const f of all) if (f.account || f.region) for (const t of tallies(f.account, f.region)) addTo(t, f);
    for (const failure of data.failures) if (failure.accountId || failure.region) for (const t of tallies(failure.accountId || "", failure.region || "")) t.failed++;
    if (!accounts.size) return;
    const sorted = [...accounts].sort((a, b) => b[1].total.weight - a[1].total.weight || b[1].total.failed - a[1].total.failed || compare(a[0], b[0]));
    const rows = everything ? sorted : sorted.slice(0, PLOT_ROWS), columns = [...regions].sort();
    const left = 122, top = 24, w = Math.max(40, Math.min(104, Math.floor(970 / columns.length))), rh = rows.length > PLOT_ROWS ? 20 : 30, slant = w < 96, width = left + columns.length * w + (slant ? 54 : 2), height = top + rows.length * rh + 2;
    const svg = v("svg", { width, height: height + (slant ? 46 : 0), viewBox: `0 ${slant ? -46 : 0} ${width} ${height + (slant ? 46 : 0)}`, role: "group", "aria-label": `Results of ${rows.length} of ${accounts.size} accounts in ${columns.length} Regions; arrow keys move, Enter filters` });
    columns.forEach((region, x) => {
      const cx = left + x * w + w / 2;
      svg.append(v("text", { class: "label", x: cx, y: 16, "text-anchor": slant ? "start" : "middle", transform: slant ? `rotate(-38 ${cx} 16)` : null }, region || "no Region"));
    });
    rows.forEach(([account, one], y) => {
      svg.append(v("text", { class: "label", x: left - 10, y: top + y * rh + rh / 2 + 4, "text-anchor": "end" }, account || "no account"));
      columns.forEach((region, x) => {
        const t = one.cells.get(region);
        if (!t) return;
        const [kind, text] = appearance(t), label = `${account || "no account"} ${region || "no Region"}: ${words(t)}`, where = {};
        if (account) where.account = account;
        if (region) where.region = region;
        svg.append(cell(where, label, { class: "k-" + kind + (t.failed ? " cut" : ""), place: [y, x] },
          v("rect", { class: "box", x: left + x * w + 2, y: top + y * rh + 2, width: w - 4, height: rh - 4, rx: 5 }),
          v("text", { x: left + x * w + w / 2, y: top + y * rh + rh / 2 + 4 }, text)));
      });
    });
    roving(svg);
    const key = (kind, sign, text) => [h("span", {}, h("i", { class: "k-" + kind }, sign), text), " "];
    holder.append(h("div", { class: "plot", id: "matrix" }, h("h2", {}, "By account and Region"),
      h("p", { class: "legend" }, ...key("h2", "3", "not compliant; darker: larger share"), ...key("unknown", "?2", "unknown"), ...key("good", "✓", "compliant"), ...key("none", "–", "not applicable"), ...key("failed", "!", "incomplete: errors occurred")),
      h("div", { class: "scroll" }, svg), more(sorted.length - rows.length, "accounts", () => plots(true)),
      asTable(["Account", "Region", ...RESULTS.map(([name]) => name), "Not read"], rows.flatMap(([account, one]) => columns.filter(region => one.cells.has(region)).map(region => { const t = one.cells.get(region); return [account, region, ...t.n.map(String), t.failed ? "yes" : ""]; })))));
  }

  function bars(holder, everything) {
    const sources = new Map();
    for (const f of all) if (!f.account && !f.region) { if (!sources.has(f.source)) sources.set(f.source, tally()); addTo(sources.get(f.source), f); }
    for (const failure of data.failures) if (!failure.accountId && !failure.region) { if (!sources.has(failure.source)) sources.set(failure.source, tally()); sources.get(failure.source).failed++; }
    if (!sources.size) return;
    const sorted = [...sources].sort((a, b) => b[1].weight - a[1].weight || b[1].failed - a[1].failed || compare(a[0], b[0]));
    const rows = everything ? sorted : sorted.slice(0, PLOT_ROWS), sum = t => t.n[0] + t.n[1] + t.n[2] + t.n[3];
    const longest = Math.max(1, ...rows.map(([, t]) => sum(t))), width = 560, rh = 46, scale = (width - 10) / longest;
    const svg = v("svg", { width, height: rows.length * rh, viewBox: `0 0 ${width} ${rows.length * rh}`, role: "group", "aria-label": `Results of ${rows.length} of ${sources.size} files; arrow keys move, Enter filters` });
    rows.forEach(([source, t], y) => {
      let x = 4;
      const name = source.length > 44 ? "…" + source.slice(-43) : source;
      const segments = t.n.flatMap((n, i) => { if (!n) return []; const wide = n * scale, from = x; x += wide; return [v("rect", { class: "seg" + i, x: from, y: y * rh + 24, width: Math.max(1, wide - 1), height: 12, rx: 2 })]; });
      const marks = RESULTS.map(([, sign], i) => t.n[i] ? `${sign} ${t.n[i]}` : "").concat(t.failed ? "! not read" : "").filter(Boolean).join("  ");
      svg.append(cell({ source }, `${source}: ${words(t)}`, { class: "", place: [y, 0] }, v("rect", { class: "box", x: 1, y: y * rh + 1, width: width - 2, height: rh - 4, rx: 5 }),
        v("text", { class: "start", x: 6, y: y * rh + 17 }, name), v("text", { class: "end", x: width - 6, y: y * rh + 17 }, marks), ...segments));
    });
    roving(svg);
    holder.append(h("div", { class: "plot", id: "bars" }, h("h2", {}, "By file"), h("div", { class: "scroll" }, svg), more(sorted.length - rows.length, "files", () => plots(true)),
      asTable(["File", ...RESULTS.map(([name]) => name), "Not read"], rows.map(([source, t]) => [source, ...t.n.map(String), t.failed ? "yes" : ""]))));
  }
  function plots(everything) {
    $("plots").replaceChildren();
    matrix($("plots"), everything);
    bars($("plots"), everything);
    $("plots").hidden = !$("plots").children.length;
    for (const one of document.querySelectorAll(".cell")) one.classList.toggle("on", isOn(one.where));
  }

  // Keys.
  function move(by) {
    let buttons = [...document.querySelectorAll(".row>button")];
    const here = buttons.indexOf(document.activeElement.closest(".row")?.firstElementChild);
    const next = here < 0 ? (by > 0 ? 0 : buttons.length - 1) : here + by;
    if (next >= buttons.length && rendered < shown.length) { render(PAGE); buttons = [...document.querySelectorAll(".row>button")]; }
    const button = buttons[next];
    if (button) { button.focus({ preventScroll: true }); button.scrollIntoView({ block: "nearest" }); }
  }
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target, typing = target.matches("input,select,textarea"), inRow = target.closest(".row");
    if (event.key === "Escape") {
      if (target === $("search")) { if (state.q) { state.q = target.value = ""; changed(); } else target.blur(); }
      else if (inRow) { toggle(inRow, inRow.finding, false); inRow.firstElementChild.focus(); }
      return;
    }
    if (target === $("search") && event.key === "ArrowDown") { event.preventDefault(); move(1); return; }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); $("search").focus(); $("search").select(); }
    else if (event.key === "j" || (event.key === "ArrowDown" && inRow)) { event.preventDefault(); move(1); }
    else if (event.key === "k" || (event.key === "ArrowUp" && inRow)) { event.preventDefault(); move(-1); }
  });

  // Theme: the system's until the reader chooses.
  const dark = () => document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  function label() { $("theme").textContent = dark() ? "☀ Light" : "☾ Dark"; $("theme").setAttribute("aria-label", dark() ? "Use the light theme" : "Use the dark theme"); }
  $("theme").addEventListener("click", () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; label(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);

  // Print: every shown finding, open; afterwards as it was.
  let before = null;
  function print(on) {
    if (on && !before) {
      before = new Set([...document.querySelectorAll('.row>button[aria-expanded="true"]')].map(button => button.parentElement));
      render(shown.length);
      for (const item of document.querySelectorAll(".row")) toggle(item, item.finding, true);
      for (const one of document.querySelectorAll(".sources,.incomplete details")) one.open = true;
    } else if (!on && before) {
      for (const item of document.querySelectorAll(".row")) if (!before.has(item)) toggle(item, item.finding, false);
      before = null;
    }
  }
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  matchMedia("print").addEventListener("change", event => print(event.matches));

  let waiting = 0;
  $("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => { state.q = $("search").value.trim(); changed(); }, 80); });
  $("more").addEventListener("click", () => render(PAGE));
  new IntersectionObserver(entries => { if (entries.some(one => one.isIntersecting)) render(PAGE); }, { rootMargin: "600px" }).observe($("more"));
  function restore() { readHash(); $("search").value = state.q; $("sort").value = state.sort; $("group").value = state.group; update(); }
  addEventListener("hashchange", () => { if (location.hash !== "#findings") restore(); });
  document.querySelector(".skip").addEventListener("click", event => { event.preventDefault(); $("findings").focus(); });

  readHash();
  controls();
  plots(false);
  $("theme").hidden = false;
  label();
  restore();
  $("app").hidden = false; $("unshown").remove();
  performance.mark("rows");
})();
