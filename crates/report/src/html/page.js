"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const RESULTS = [["Not compliant", "✕", "bad"], ["Unknown", "?", "unknown"], ["Compliant", "✓", "good"], ["Not applicable", "–", "none"]];
  const SEVERITIES = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];
  const EXEMPT = ["Exempt", "◇", "exempt"], KINDS = { BadInput: "Wrong input", Denied: "Access denied", Throttled: "Throttled by AWS", Internal: "Unexpected error" };
  const PAGE = 100, PLOT_ROWS = 24, NAMED = 100, PAPER_DETAILS = 300;
  const SVG = "http://www.w3.org/2000/svg";
  const s = data.strings;

  // Every text of the data becomes a text node: no part of it is parsed as HTML.
  function fill(node, props, children) {
    for (const [name, value] of Object.entries(props || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter(child => child || child === 0));
    return node;
  }
  const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);
  const v = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

  const all = data.findings.map(([rule, result, t, evidence, position, commands, exempt], index) => ({
    index, rule: data.rules[rule], result, type: s[t[0]], id: s[t[1]], name: s[t[2]], arn: s[t[3]], account: s[t[4]],
    region: s[t[5]], source: s[t[6]], kind: s[t[7]], recorded: s[t[8]], reason: s[t[9]], annotation: s[t[10]],
    fix: s[t[11]], exemption: s[t[12]], evidence: evidence.map(e => s[e]), position, commands, exempt: exempt === 1, text: null,
  }));
  const failures = data.failures.map(([cause, source, account, region, message]) => ({ cause, source: s[source], account: s[account], region: s[region], message: s[message], text: null }));
  const nameOf = account => (Object.hasOwn(data.accounts, account) ? data.accounts[account] : "");
  const where = (account, region) => [account, nameOf(account), region].filter(Boolean).join(" ");
  // A command is an index of a text that other resources share, or in brackets of its own.
  const command = (f, one) => (Array.isArray(one) ? s[one[0]] : s[one].split("{arn}").map(part => part.split("{region}").join(f.region)).join(f.arn));
  const commandsOf = f => [...f.commands.map(one => command(f, one)), `dms-rule rules ${f.rule.id}`];
  const key = f => [f.type, f.id, f.account, f.region].join("\n");
  const sourcesOf = new Map();
  for (const f of all) { const one = key(f); if (!sourcesOf.has(one)) sourcesOf.set(one, new Set()); sourcesOf.get(one).add(f.source); }
  const severity = f => SEVERITIES.indexOf(f.rule.severity);
  const FIELDS = {
    result: f => String(f.result), severity: f => f.rule.severity, rule: f => f.rule.id, account: f => f.account,
    region: f => f.region, type: f => f.type, source: f => f.source, exempt: f => (f.exempt ? "yes" : ""),
  };
  const NAMES = { rule: "Rule", account: "Account", region: "Region", type: "Resource type", source: "Source" };
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const rank = f => (f.result < 2 ? 1 : f.exempt ? 1.5 : f.result);
  const worst = (a, b) => rank(a) - rank(b) || severity(b) - severity(a) || a.result - b.result || a.index - b.index;
  const SORTS = {
    worst: ["worst first", worst],
    name: ["resource name", (a, b) => compare(a.name, b.name) || worst(a, b)],
    rule: ["rule name", (a, b) => compare(a.rule.id, b.rule.id) || worst(a, b)],
    place: ["account, Region, file", (a, b) => compare(a.account, b.account) || compare(a.region, b.region) || compare(a.source, b.source) || worst(a, b)],
    recorded: ["latest recorded", (a, b) => compare(b.recorded, a.recorded) || worst(a, b)],
  };
  const GROUPS = {
    none: ["none", null], rule: ["by rule", f => f.rule.id],
    resource: ["by resource", f => [f.name, f.type, where(f.account, f.region) || f.source].join(" · ")],
  };

  const state = { filters: {}, q: "", sort: "worst", group: "none" };
  let shown = [], rendered = 0, lastGroup = null, list = null;

  function readHash() {
    const params = new URLSearchParams(isPage() ? "" : location.hash.slice(1));
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

  const isPage = () => location.hash.startsWith("#rule-");
  function openPage(id) {
    const page = $(id);
    if (!page) return;
    page.closest("details").open = true;
    page.scrollIntoView(); page.focus({ preventScroll: true });
  }

  function haystack(f) {
    if (f.text === null) {
      const requirements = f.rule.requirements.map(([name, ids]) => name + " " + ids.join(" "));
      f.text = [f.name, f.id, f.arn, f.account, nameOf(f.account), f.region, f.type, f.source, f.rule.id, f.rule.summary, f.rule.severity,
        f.reason, f.annotation, f.fix, f.exemption, ...f.evidence, ...requirements].join("\n").toLowerCase();
    }
    return f.text;
  }

  const terms = () => state.q.toLowerCase().split(/\s+/).filter(Boolean);
  // The failures of the places that the reader asks for: none without a search or a filter by place.
  function failed() {
    const places = ["account", "region", "source"].filter(field => state.filters[field].size), words = terms();
    if (!places.length && !words.length) return [];
    return failures.filter(one => {
      if (one.text === null) one.text = [one.source, where(one.account, one.region), one.message, data.causes[one.cause].cause].join("\n").toLowerCase();
      return places.every(field => state.filters[field].has(one[field])) && words.every(word => one.text.includes(word));
    });
  }
  const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;
  const placesOf = list => new Map(list.map(one => [one.source, one]));
  function note(list) {
    const notes = [shown.length === all.length ? `${all.length} shown` : `${shown.length} of ${all.length} shown`];
    if (list.length) notes.push(`${plural(placesOf(list).size, "place", "places")}${state.q ? ` that match “${state.q}”` : ""} could not be evaluated completely`);
    if (data.only) notes.push(`${plural(data.unlisted, "result is", "results are")} not in this list (${data.only}), ${data.hidden} of them not compliant`);
    return notes.join("; ");
  }
  function emptyNote(list) {
    if (list.length) return "No finding matches these filters, but errors occurred in places that do: see above.";
    if (all.length) return "No finding matches these filters." + (data.only ? " Results that are not in this list may match." : "");
    if (data.unlisted) return `This report lists no result: see ${data.only} above.`;
    return failures.length ? "No result, but the report is not complete: see the errors above." : "No DMS resources were found.";
  }
  function showErrors(list) {
    const causes = new Map();
    for (const one of list) { if (!causes.has(one.cause)) causes.set(one.cause, []); causes.get(one.cause).push(one); }
    const groups = [...causes].map(([cause, of]) => {
      const { kind, cause: text, next } = data.causes[cause], places = placesOf(of);
      return h("div", { class: "failed" }, h("h4", {}, h("span", { class: "tag" }, KINDS[kind] || kind), " ", h("bdi", {}, text)),
        next && h("p", {}, h("strong", {}, "Next: "), h("bdi", {}, next)),
        h("details", {}, h("summary", {}, `${plural(places.size, "place", "places")}, ${plural(of.length, "error", "errors")}`),
          h("ul", {}, ...of.slice(0, NAMED).map(one => h("li", {}, h("bdi", {}, where(one.account, one.region) || one.source), ": ", h("bdi", {}, one.message))),
            of.length > NAMED && h("li", {}, `and ${of.length - NAMED} more`))));
    });
    $("errors").replaceChildren(...(groups.length ? [h("h3", {}, "Errors in these places"), ...groups] : []));
  }

  function update() {
    const words = terms();
    const inForce = Object.entries(state.filters).filter(([, set]) => set.size);
    shown = all.filter(f => inForce.every(([field, set]) => set.has(FIELDS[field](f))) && words.every(term => haystack(f).includes(term)));
    const errors = failed();
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
    $("shown").textContent = note(errors);
    showErrors(errors);
    if (!shown.length) $("list").append(h("p", { class: "empty" }, emptyNote(errors)));
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

  const position = f => (f.position ? `${f.source}:${f.position[0]}:${f.position[1]}` : f.source);
  const isFile = f => f.position || data.severalFiles || sourcesOf.get(key(f)).size > 1;
  function places(f) {
    const at = where(f.account, f.region);
    return at && !isFile(f) ? [at] : at && at !== f.source && f.source !== `${f.account} ${f.region}` ? [at, position(f)] : [position(f)];
  }
  function row(f) {
    const [name, sign, cls] = f.exempt ? EXEMPT : RESULTS[f.result];
    const button = h("button", { type: "button", "aria-expanded": "false", onclick: () => toggle(item, f) },
      h("span", {}, h("span", { class: "badge " + cls }, h("span", { class: "sign", "aria-hidden": "true" }, sign), f.exempt ? name.toUpperCase() : name), " ",
        h("span", { class: f.result < 2 ? "sev s" + severity(f) : "sev" }, f.rule.severity),
        f.exempt && h("span", { class: "sev" }, `reported as ${RESULTS[f.result][0].toLowerCase()}`)),
      h("span", {}, h("span", { class: "res" }, f.name || f.id), " ", h("span", { class: "why" }, f.reason)), " ",
      h("span", { class: "at" }, h("span", { class: "rule" }, f.rule.id), " ", ...places(f).map(one => h("span", {}, h("bdi", {}, one), " "))));
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
    add("Rule", h("span", {}, pageLink(f.rule), `: ${f.rule.summary}`));
    add("Decides", h("code", {}, f.rule.property), `should be: ${f.rule.wanted}`);
    add("Resource", f.type, f.name, f.id !== f.name && h("code", {}, f.id), f.arn !== f.id && f.arn && h("code", {}, f.arn));
    add("Account, Region", where(f.account, f.region));
    add("Source", position(f), f.kind);
    add("Recorded", f.recorded);
    add("Annotation", f.annotation);
    add("Requirements", ...f.rule.requirements.map(([name, ids]) => `${name}: ${ids.join(", ")}`));
    const fix = f.fix && h("p", { class: "fix" }, h("strong", {}, "Fix: "), h("span", { class: "fix-text" }, f.fix));
    const commands = h("ul", { class: "commands", "aria-label": "Commands" }, ...commandsOf(f).map(one => h("li", {}, h("code", {}, one), copyButton(one))));
    return h("div", { class: "panel-in" }, fix, commands, dl);
  }
  function pageLink(rule) {
    if (!rule.page.startsWith("#")) return h("a", { href: rule.page, rel: "noreferrer" }, rule.id);
    return h("a", { href: rule.page, onclick: event => { event.preventDefault(); openPage(rule.page.slice(1)); } }, rule.id);
  }

  const copyButton = text => h("button", { type: "button", class: "copy-button", "aria-label": `Copy ${text}`, onclick: event => copy(text, event.currentTarget) }, "Copy");
  async function copy(text, button) {
    let done = false;
    try { await navigator.clipboard.writeText(text); done = true; } catch {
      const area = h("textarea", { class: "hidden" });
      area.value = text; document.body.append(area); area.select();
      done = document.execCommand("copy"); area.remove(); button.focus();
    }
    button.textContent = done ? "Copied" : "Could not copy";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
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
    const results = count("result"), severities = count("severity"), totals = RESULTS.map((_, i) => data.places.reduce((sum, place) => sum + place[1][i], 0));
    const listed = (n, of) => (n === of ? String(n) : `${n} of ${of}`);
    const chip = (field, value, cls, n, ...label) => h("button", { type: "button", class: "chip " + cls, "data-filter": field, "data-value": value, onclick: () => flip(field, value) }, ...label, " ", h("span", { class: "n" }, String(n)));
    RESULTS.forEach(([name, sign, cls], i) => $("chips").append(chip("result", String(i), cls, listed(results.get(String(i)) || 0, totals[i]), h("span", { class: "sign", "aria-hidden": "true" }, sign), name)));
    const exempt = all.filter(f => f.exempt).length;
    const allExempt = data.places.reduce((sum, place) => sum + place[2], 0);
    if (allExempt) $("chips").append(chip("exempt", "yes", "exempt", listed(exempt, allExempt), h("span", { class: "sign", "aria-hidden": "true" }, EXEMPT[1]), EXEMPT[0]));
    $("chips").append(h("span", { class: "gap" }));
    for (const word of [...SEVERITIES].reverse()) if (severities.get(word)) $("chips").append(chip("severity", word, "", severities.get(word), word[0] + word.slice(1).toLowerCase()));
    for (const [field, name] of Object.entries(NAMES)) {
      const counts = [...count(field)].sort((a, b) => compare(a[0], b[0]));
      if (counts.length < 2) continue;
      const select = h("select", { "data-select": field, onchange: () => { const value = select.value; select.selectedIndex = 0; if (value) flip(field, value); } },
        h("option", { value: "" }, `${name}: any`), ...counts.map(([value, n]) => h("option", { value }, `${value} ${field === "account" ? nameOf(value) : ""} (${n})`)));
      $("selects").append(h("label", {}, h("span", { class: "hidden" }, "Filter by " + name), select));
    }
    for (const [key, options, name] of [["sort", SORTS, "Sort"], ["group", GROUPS, "Group"]]) {
      const select = h("select", { id: key, onchange: () => { state[key] = select.value; changed(); } }, ...Object.entries(options).map(([value, [label]]) => h("option", { value }, `${name}: ${label}`)));
      $("selects").append(h("label", {}, h("span", { class: "hidden" }, name), select));
    }
    for (const card of document.querySelectorAll(".card")) {
      const { field, is: value } = card.dataset;
      const button = h("button", { type: "button", class: card.className, "data-filter": field, "data-value": value, onclick: () => flip(field, value) });
      button.append(...card.childNodes);
      card.replaceWith(button);
    }
  }
  function showActive() {
    const chips = [];
    const words = [...[...state.filters.result].map(r => RESULTS[r]?.[0]), ...[...state.filters.severity], state.filters.exempt.size && EXEMPT[0], state.q && `“${state.q}”`].filter(Boolean);
    if (words.length) chips.push(h("bdi", { class: "muted" }, words.join(", ")));
    for (const field of Object.keys(NAMES)) for (const value of state.filters[field]) chips.push(h("button", { type: "button", class: "chip", "aria-label": `Remove filter ${NAMES[field]} ${value}`, onclick: () => flip(field, value) }, h("bdi", {}, `${NAMES[field]}: ${value}`), " ✕"));
    if (chips.length || state.q || ["result", "severity", "exempt"].some(field => state.filters[field].size)) chips.push(h("button", { type: "button", class: "chip", id: "clear", onclick: clear }, "Clear all filters"));
    $("active").replaceChildren(...chips);
  }
  function clear() {
    for (const set of Object.values(state.filters)) set.clear();
    state.q = ""; $("search").value = "";
    changed(); $("search").focus();
  }

  // The plots: accounts by Regions, and files.
  const isOn = where => Object.entries(where).every(([field, value]) => state.filters[field].has(value) && state.filters[field].size === 1);
  function choose(where, isFailed) {
    const off = isOn(where);
    for (const field of ["account", "region", "source"]) state.filters[field].clear();
    if (!off) for (const [field, value] of Object.entries(where)) state.filters[field].add(value);
    changed();
    if (isFailed && !off) { for (const one of $("errors").querySelectorAll("details")) one.open = true; $("findings").scrollIntoView(); }
  }
  const tally = () => ({ n: [0, 0, 0, 0], exempt: 0, weight: 0, failed: 0, empty: false });
  function addTo(into, [, n, exempt, weight]) { n.forEach((count, i) => { into.n[i] += count; }); into.exempt += exempt; into.weight += weight; }
  function words(t) {
    const parts = RESULTS.map(([name], i) => t.n[i] && `${t.n[i]} ${name.toLowerCase()}`).filter(Boolean);
    if (t.exempt) parts.push(`${t.exempt} of them exempt`);
    if (t.failed) parts.unshift("not complete: errors occurred");
    return parts.join(", ") || "scanned, no DMS resource found";
  }
  function appearance(t) {
    const total = t.n[0] + t.n[1] + t.n[2];
    const mark = t.failed ? "!" : "";
    if (t.n[0]) return [t.n[0] / total > .5 ? "h3" : t.n[0] / total > .2 ? "h2" : "h1", t.n[0] + mark];
    if (t.failed) return ["failed", "!"];
    if (t.n[1]) return ["unknown", "?" + t.n[1]];
    if (t.exempt) return ["exempt", EXEMPT[1] + t.exempt];
    return t.n[2] ? ["good", "✓"] : t.n[3] ? ["none", "–"] : ["empty", "0"];
  }
  function cell(where, label, attributes, ...children) {
    const g = v("g", { class: "cell " + attributes.class, role: "button", tabindex: "-1", "aria-label": label, onclick: () => choose(where, attributes.failed) }, v("title", {}, label), ...children);
    g.where = where; g.place = attributes.place; g.failed = attributes.failed;
    return g;
  }
  function roving(svg) {
    const cells = [...svg.querySelectorAll(".cell")], at = new Map(cells.map(one => [one.place.join(), one]));
    if (cells[0]) cells[0].setAttribute("tabindex", "0");
    svg.addEventListener("keydown", event => {
      const here = event.target.closest(".cell"), step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!here) return;
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(here.where, here.failed); return; }
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
    for (const place of data.places) { const [account, region] = place[0].map(i => s[i]); if (account || region) for (const t of tallies(account, region)) addTo(t, place); }
    for (const one of failures) if (one.account || one.region) for (const t of tallies(one.account, one.region)) t.failed++;
    for (const [account, region] of data.empty) tallies(s[account], s[region])[1].empty = true;
    if (!accounts.size) return;
    const sorted = [...accounts].sort((a, b) => b[1].total.weight - a[1].total.weight || b[1].total.failed - a[1].total.failed || compare(a[0], b[0]));
    const rows = everything ? sorted : sorted.slice(0, PLOT_ROWS), columns = [...regions].sort();
    const isBlank = [...accounts.values()].some(one => one.cells.size < regions.size);
    const title = account => { const text = [account || "no account", nameOf(account)].filter(Boolean).join(" "); return text.length > 32 ? text.slice(0, 31) + "…" : text; };
    const left = 18 + Math.max(104, ...rows.map(([account]) => title(account).length * 6.9)), top = 24, w = Math.max(40, Math.min(104, Math.floor(970 / columns.length))), rh = rows.length > PLOT_ROWS ? 20 : 30, slant = w < 96, width = left + columns.length * w + (slant ? 54 : 2), height = top + rows.length * rh + 2;
    const svg = v("svg", { width, height: height + (slant ? 46 : 0), viewBox: `0 ${slant ? -46 : 0} ${width} ${height + (slant ? 46 : 0)}`, role: "group", "aria-label": `Results of ${rows.length} of ${accounts.size} accounts in ${columns.length} Regions; arrow keys move, Enter filters` });
    columns.forEach((region, x) => {
      const cx = left + x * w + w / 2;
      svg.append(v("text", { class: "label", x: cx, y: 16, "text-anchor": slant ? "start" : "middle", transform: slant ? `rotate(-38 ${cx} 16)` : null }, region || "no Region"));
    });
    rows.forEach(([account, one], y) => {
      svg.append(v("text", { class: "label", x: left - 10, y: top + y * rh + rh / 2 + 4, "text-anchor": "end" }, title(account)));
      columns.forEach((region, x) => {
        const t = one.cells.get(region);
        if (!t) return;
        const [kind, text] = appearance(t), label = `${[account || "no account", nameOf(account), region || "no Region"].filter(Boolean).join(" ")}: ${words(t)}`, at = {};
        if (account) at.account = account;
        if (region) at.region = region;
        svg.append(cell(at, label, { class: "k-" + kind + (t.failed ? " cut" : ""), place: [y, x], failed: t.failed > 0 },
          v("rect", { class: "box", x: left + x * w + 2, y: top + y * rh + 2, width: w - 4, height: rh - 4, rx: 5 }),
          v("text", { x: left + x * w + w / 2, y: top + y * rh + rh / 2 + 4 }, text)));
      });
    });
    roving(svg);
    const entry = (kind, sign, text) => [h("span", {}, h("i", { class: "k-" + kind }, sign), text), " "];
    holder.append(h("div", { class: "plot", id: "matrix" }, h("h2", {}, "By account and Region"),
      h("p", { class: "legend" }, ...entry("h2", "3", "not compliant; darker: larger share"), ...entry("unknown", "?2", "unknown"), ...entry("exempt", "◇1", "exempt, none not compliant"), ...entry("good", "✓", "compliant"), ...entry("none", "–", "not applicable"), ...(failures.length ? entry("failed", "!", "incomplete: select it for the errors") : []), ...(data.empty.length ? entry("empty", "0", "scanned, no DMS resource found") : []), isBlank && h("span", {}, "blank: no DMS resource, or not in the run")),
      h("div", { class: "scroll" }, svg), more(sorted.length - rows.length, "accounts", () => plots(true)),
      asTable(["Account", "Region", ...RESULTS.map(([name]) => name), "Of them exempt", "Errors"], rows.flatMap(([account, one]) => columns.filter(region => one.cells.has(region)).map(region => { const t = one.cells.get(region); return [[account, nameOf(account)].filter(Boolean).join(" "), region, ...t.n.map(String), String(t.exempt), String(t.failed)]; })))));
  }

  function bars(holder, everything) {
    const sources = new Map();
    const tallyOf = source => { if (!sources.has(source)) sources.set(source, tally()); return sources.get(source); };
    for (const place of data.places) { const [account, region, source] = place[0].map(i => s[i]); if (!account && !region) addTo(tallyOf(source), place); }
    for (const one of failures) if (!one.account && !one.region) tallyOf(one.source).failed++;
    if (!sources.size) return;
    const sorted = [...sources].sort((a, b) => b[1].weight - a[1].weight || b[1].failed - a[1].failed || compare(a[0], b[0]));
    const rows = everything ? sorted : sorted.slice(0, PLOT_ROWS), sum = t => t.n[0] + t.n[1] + t.n[2] + t.n[3];
    const longest = Math.max(1, ...rows.map(([, t]) => sum(t))), width = 560, rh = 62, scale = (width - 10) / longest;
    const svg = v("svg", { width, height: rows.length * rh, viewBox: `0 0 ${width} ${rows.length * rh}`, role: "group", "aria-label": `Results of ${rows.length} of ${sources.size} files; arrow keys move, Enter filters` });
    rows.forEach(([source, t], y) => {
      let x = 4;
      const name = source.length > 78 ? "…" + source.slice(-77) : source;
      const segments = t.n.flatMap((n, i) => { if (!n) return []; const wide = n * scale, from = x; x += wide; return [v("rect", { class: "seg" + i, x: from, y: y * rh + 24, width: Math.max(1, wide - 1), height: 12, rx: 2 })]; });
      const counts = words(t);
      svg.append(cell({ source }, `${name} ${counts}`, { class: t.failed ? "cut" : "", place: [y, 0], failed: t.failed > 0 }, v("rect", { class: "box", x: 1, y: y * rh + 1, width: width - 2, height: rh - 4, rx: 5 }),
        v("text", { class: "start", x: 6, y: y * rh + 17 }, name + " "), v("text", { class: "start label", x: 6, y: y * rh + 51 }, counts), ...segments));
    });
    roving(svg);
    holder.append(h("div", { class: "plot", id: "bars" }, h("h2", {}, "By file"), h("div", { class: "scroll" }, svg), more(sorted.length - rows.length, "files", () => plots(true)),
      asTable(["File", ...RESULTS.map(([name]) => name), "Of them exempt", "Errors"], rows.map(([source, t]) => [source, ...t.n.map(String), String(t.exempt), String(t.failed)]))));
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

  // Print: a table of what is shown in place of the list. Only a short one has fixes and commands; short folds are opened.
  let opened = null;
  function paperRows(f, isDetailed) {
    const name = f.exempt ? `${EXEMPT[0]}, reported as ${RESULTS[f.result][0].toLowerCase()}` : RESULTS[f.result][0];
    const cells = [...(isDetailed ? [name, f.rule.severity] : [`${name}, ${f.rule.severity}`]), f.name || f.id, places(f).join(" "), f.rule.id, f.reason];
    const first = h("tr", {}, ...cells.map((text, i) => h("td", { class: i ? null : f.exempt ? EXEMPT[2] : RESULTS[f.result][2] }, text)));
    if (!isDetailed || (f.result > 1 && !f.exempt)) return [first];
    const more = [...f.evidence, f.exemption, f.fix && `Fix: ${f.fix}`].filter(Boolean).join("; ");
    const requirements = f.rule.requirements.map(([name, ids]) => `${name} ${ids.join(", ")}`).join("; ");
    return [first, h("tr", { class: "more" }, h("td"), h("td", { colspan: "5" }, more && h("div", {}, more), ...f.commands.map(one => h("div", {}, h("code", {}, command(f, one)))), requirements && h("div", {}, requirements)))];
  }
  function print(on) {
    if (on && !opened) {
      const isDetailed = shown.length <= PAPER_DETAILS, head = [...(isDetailed ? ["Result", "Severity"] : ["Result, severity"]), "Resource", "Where", "Rule", "Reason"];
      const body = isDetailed ? shown.map(f => h("tbody", {}, ...paperRows(f, true))) : [h("tbody", {}, ...shown.flatMap(f => paperRows(f, false)))];
      $("list").after(h("table", { id: "paper", class: isDetailed ? "detailed" : "lines" }, h("thead", {}, h("tr", {}, ...head.map(one => h("th", { scope: "col" }, one)))), ...body));
      const folds = [...document.querySelectorAll("#about,#about details,#tables details,#incomplete details,#not-evaluated")];
      opened = folds.filter(one => !one.open && (one.id === "about" || one.querySelectorAll("tr,li").length <= 40));
      for (const one of opened) one.open = true;
    } else if (!on && opened) {
      $("paper").remove();
      for (const one of opened) one.open = false;
      opened = null;
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
  addEventListener("hashchange", () => { if (isPage()) openPage(location.hash.slice(1)); else if (location.hash !== "#findings") restore(); });
  for (const link of document.querySelectorAll('a[href^="#rule-"]')) link.addEventListener("click", event => { event.preventDefault(); openPage(link.hash.slice(1)); });
  for (const one of document.querySelectorAll("code.copy")) one.after(" ", copyButton(one.textContent));
  document.querySelector(".skip").addEventListener("click", event => { event.preventDefault(); $("findings").focus(); });

  readHash();
  controls();
  plots(false);
  $("theme").hidden = false;
  label();
  restore();
  $("app").hidden = false; $("unshown").remove();
  if (isPage()) openPage(location.hash.slice(1));
  performance.mark("rows");
})();
