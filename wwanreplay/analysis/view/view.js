"use strict";
// Draws a session: a ladder of host and device with lanes of states, a map, and panels.
// Rows are drawn on a canvas, only those that can be seen. Texts of the session come into the page
// as text alone (textContent, fillText), never as HTML.
(() => {
  const ROW = 20; // height of a row, px
  const ROOM_MAX = 8e6; // height that browsers scroll well, px; longer sessions are scrolled in steps
  const GUTTER = 104; // names of the lanes in the map, px
  const LISTED_MAX = 500; // lines of one list in the panel
  const BLOCKS_KEPT = 64;
  const SORTS = ["request", "answer", "indication", "environment", "message", "note"];
  const SORT_NAMES = ["requests", "answers", "indications", "environment", "MBIM messages", "notes"];
  const MESSAGE = 4, FAILED = 2;
  const SHORT = { session: "ses", device: "dev", radio: "rad", registration: "reg", "packet service": "pkt" };
  const FORMS = { q: BigInt64Array, I: Uint32Array, i: Int32Array, H: Uint16Array, B: Uint8Array };
  const WEIGHTS = ["fault", "warning", "note"];
  const MONO = 'ui-monospace, SFMono-Regular, "DejaVu Sans Mono", Menlo, Consolas, monospace';
  const KEYS = [
    ["↑ ↓  j k", "event before, next"], ["PgUp PgDn  Home End", "a page, the ends"],
    ["Enter", "to the request or the answer"], ["n p", "next finding, finding before"],
    ["/", "search; Enter and Shift+Enter: next match, match before"], ["s", "time to scale, or rows"],
    ["+ −", "more, less room for a second"], ["a", "all fields, or those that say something"],
    ["e o", "panel: the event, the session"], ["t", "theme"], ["Esc", "end the search, close this"],
  ];

  const at = (id) => document.getElementById(id);
  const view = at("view"), room = at("room"), ladder = at("ladder"), map = at("map"), heads = at("heads");
  let page, columns, blocks, count, seconds;
  let shown, placeOf; // rows that pass the filters, and of each row the place among them
  let tops = null; // of each shown row its y, where time is to scale
  let scale = 0; // px per second
  let top = 0, selected = -1, hover = -1;
  let isShown = [], allFields = false, colours = {}, theme = "system";
  let findingsAt = new Map(), answerOf;
  let hits = [], isHit = new Set(), searching = 0, scrolled = false, needle = "";
  let width = 0, height = 0, lanesLeft = 250, laneStep = 20, hostX = 0, deviceX = 0;
  const kept = new Map();

  // ---------------------------------------------------------------- data

  async function unpack(text) {
    const binary = atob(text.trim()), bytes = new Uint8Array(binary.length);
    for (let place = 0; place < bytes.length; place++) bytes[place] = binary.charCodeAt(place);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  async function load() {
    const data = await unpack(at("head").textContent);
    const size = new DataView(data).getUint32(0, true);
    page = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, size)));
    const begin = Math.ceil((4 + size) / 8) * 8;
    columns = {};
    for (const column of page.columns) {
      columns[column.name] = new FORMS[column.form](data, begin + column.offset, column.count);
    }
    count = columns.record.length;
    blocks = at("blocks").textContent.trim().split("\n");
    seconds = new Float64Array(count);
    const first = count ? columns.time[0] : 0n;
    for (let row = 0; row < count; row++) seconds[row] = Number(columns.time[row] - first) / 1e9;
    answerOf = new Int32Array(count).fill(-1);
    for (let row = 0; row < count; row++) {
      const request = columns.answers[row];
      if (request >= 0 && request < count) answerOf[request] = row;
    }
    page.findings.forEach((finding, number) => {
      const known = findingsAt.get(finding.row);
      if (known) known.push(number); else findingsAt.set(finding.row, [number]);
    });
    page.block_rows = blocks.length > 1 ? (await lines(0)).length : Math.max(count, 1);
  }

  async function lines(block) {
    if (kept.has(block)) return kept.get(block);
    const text = new TextDecoder().decode(await unpack(blocks[block]));
    const found = text.split("\n");
    kept.set(block, found);
    if (kept.size > BLOCKS_KEPT) kept.delete(kept.keys().next().value);
    return found;
  }

  async function details(row) {
    const found = await lines(Math.floor(row / page.block_rows));
    return JSON.parse(found[row % page.block_rows]);
  }

  const titleOf = (row) => page.texts[columns.title[row]];
  const summaryOf = (row) => page.texts[columns.summary[row]];

  // A title as a row has it: what the arrow shows already is left out.
  function labelOf(row) {
    const title = titleOf(row).slice(0, 260);
    const sort = columns.sort[row];
    if (sort === 1) return title.replace(/^completion /, "").replace(/ request (\d+)/, " #$1").replace(/ NDIS_STATUS_(\w+)/, " $1");
    if (sort === 2) return title.replace(/^indication (NDIS_STATUS_)?/, "").replace(/ request (\d+)/, " #$1").replace(/ event$/, "");
    return sort === 0 ? title.replace(/ request (\d+)/, " #$1") : title;
  }

  // ---------------------------------------------------------------- texts

  function timeText(time, decimals) {
    if (!page.has_times) return "";
    const sign = time < 0n ? "-" : "", whole = time < 0n ? -time : time;
    const text = (whole % 1000000000n).toString().padStart(9, "0").slice(0, decimals);
    return `${sign}${whole / 1000000000n}.${text}`;
  }

  function spanText(span) {
    if (!page.has_times) return "";
    const sign = span < 0 ? "−" : "+", long = Math.abs(span);
    if (!long) return "+0";
    if (long < 0.9995e-3) return `${sign}${(long * 1e6).toFixed(long < 1e-5 ? 1 : 0)} µs`;
    if (long < 0.9995) return `${sign}${(long * 1e3).toPrecision(3)} ms`;
    if (long < 100) return `${sign}${long.toPrecision(3)} s`;
    if (long < 6000) return `${sign}${Math.floor(long / 60)} min ${Math.round(long % 60)} s`;
    return `${sign}${Math.floor(long / 3600)} h ${Math.round((long % 3600) / 60)} min`;
  }

  const plural = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;

  function logText(row) {
    const log = columns.log[row];
    return log === 0xffff ? "" : `${page.logs[log]} ${page.units[columns.unit[row]] || ""} ${columns.line[row]}`;
  }

  // A link that stays below the folder of the page, or behind what --log-link gives.
  function logLink(row) {
    const name = page.logs[columns.log[row]].split(/[\\/]/).pop();
    const safe = encodeURIComponent(name === "." || name === ".." ? "" : name);
    const anchor = page.units[columns.unit[row]] === "line" ? `#L${columns.line[row]}` : "";
    return `${page.log_link || "./"}${safe}${anchor}`;
  }

  function node(tag, values, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(values || {})) {
      if (name === "on") for (const [what, does] of Object.entries(value)) made.addEventListener(what, does);
      else if (name in made && name !== "title") made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== ""));
    return made;
  }

  const rowLink = (row, text) => node("button", { className: "link", on: { click: () => select(row, true) } },
    text === undefined ? String(columns.record[row]) : text);

  // ---------------------------------------------------------------- layout

  function bound(values, wanted) { // the first place whose value is at least what is wanted
    let low = 0, high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] < wanted) low = middle + 1; else high = middle;
    }
    return low;
  }

  function filter() {
    const found = new Int32Array(count);
    let length = 0;
    placeOf = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      placeOf[row] = length;
      if (isShown[columns.sort[row]]) found[length++] = row;
    }
    shown = found.subarray(0, length);
    layOut();
  }

  function layOut() {
    tops = null;
    if (scale && shown.length) {
      tops = new Float64Array(shown.length);
      let y = 0, last = seconds[shown[0]];
      for (let place = 0; place < shown.length; place++) {
        const now = seconds[shown[place]];
        if (now > last) { y += (now - last) * scale; last = now; }
        tops[place] = y;
      }
    }
    resize();
  }

  const total = () => (tops ? (tops.length ? tops[tops.length - 1] + ROW : 0) : shown.length * ROW);
  const yOf = (place) => (tops ? tops[place] : place * ROW);
  const stretch = () => {
    const long = total() - height, given = Math.min(total(), ROOM_MAX) - height;
    return given > 0 ? long / given : 1;
  };

  function resize() {
    width = view.clientWidth; height = view.clientHeight;
    const ratio = window.devicePixelRatio || 1;
    for (const [canvas, wide, high] of [[ladder, width, height], [heads, at("left").clientWidth, 26]]) {
      canvas.width = Math.round(wide * ratio); canvas.height = Math.round(high * ratio);
      canvas.style.width = `${wide}px`; canvas.style.height = `${high}px`;
    }
    room.style.height = `${Math.max(Math.min(total(), ROOM_MAX), height)}px`;
    laneStep = page.lanes.length > 9 ? 12 : 24;
    hostX = lanesLeft + page.lanes.length * laneStep + 26;
    deviceX = hostX + (width > 900 ? 130 : 80);
    scrollTo(top);
    drawHeads(); drawMap(); draw();
  }

  function scrollTo(wanted) {
    top = Math.max(0, Math.min(wanted, total() - height));
    const given = top / stretch();
    if (Math.abs(view.scrollTop - given) >= 1) { scrolled = true; view.scrollTop = given; }
    draw();
  }

  // ---------------------------------------------------------------- drawing

  let waiting = 0;
  const draw = () => { if (!waiting) waiting = requestAnimationFrame(drawNow); };

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    colours = {};
    for (const name of ["back", "panel", "line", "soft", "text", "dim", "accent", "select", "hover", "hit", "fault",
      "warning", "remark", "fault-back", "warning-back", "good", "busy", "bad", "idle", "other", ...SORTS]) {
      colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
  }

  function context(canvas) {
    const made = canvas.getContext("2d", { alpha: false }), ratio = window.devicePixelRatio || 1;
    made.setTransform(ratio, 0, 0, ratio, 0, 0);
    made.direction = "ltr"; // whatever letters a text has
    return made;
  }

  function drawHeads() {
    const pen = context(heads);
    pen.fillStyle = colours.panel; pen.fillRect(0, 0, width + 40, 26);
    pen.fillStyle = colours.dim; pen.font = `11px ${MONO}`; pen.textBaseline = "middle";
    pen.textAlign = "right";
    pen.fillText("record", 70, 13); pen.fillText("time, s", 164, 13); pen.fillText("since", 240, 13);
    pen.textAlign = "center"; pen.font = `10px ${MONO}`;
    if (laneStep > 20) {
      page.lanes.forEach((lane, number) => pen.fillText(laneName(lane.name), laneX(number) + 7, 13));
    }
    pen.font = `11px ${MONO}`;
    pen.fillText("host", hostX, 13); pen.fillText("device", deviceX, 13);
    pen.textAlign = "left"; pen.fillText("event", deviceX + 28, 13);
  }

  const laneX = (number) => lanesLeft + number * laneStep + 4;
  const laneName = (name) => SHORT[name] || name.replace(/^context (\d+)$/, "c$1").slice(0, 4);

  function spanAt(lane, row) { // the number of the state that a row is in, -1 before the first
    let low = 0, high = lane.spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lane.spans[middle][0] <= row) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  const placeAt = (y) => tops ? Math.max(0, bound(tops, y + 1e-9) - 1) : Math.floor(y / ROW);

  function drawNow() {
    cancelAnimationFrame(waiting);
    waiting = 0;
    const pen = context(ladder);
    pen.fillStyle = colours.back; pen.fillRect(0, 0, width, height);
    pen.textBaseline = "middle";
    const first = Math.max(0, Math.min(shown.length, tops ? bound(tops, top - ROW) : Math.floor(top / ROW)));
    drawLanes(pen, first);
    pen.strokeStyle = colours.line; pen.lineWidth = 1;
    for (const x of [hostX, deviceX]) line(pen, x + 0.5, 0, x + 0.5, height);
    let free = -Infinity, drawn = -1;
    for (let place = first; place < shown.length; place++) {
      const y = yOf(place) - top;
      if (y > height) break;
      const labelled = y >= free;
      if (!labelled && Math.floor(y) === drawn) { // nothing of it could be seen
        place = Math.max(place, bound(tops, top + Math.floor(y) + 1) - 1);
        continue;
      }
      drawn = Math.floor(y);
      if (labelled) free = y + (tops ? ROW - 3 : ROW);
      drawRow(pen, shown[place], place, y, labelled);
    }
    const chosen = selected < 0 || !tops ? -1 : placeOf[selected];
    if (chosen >= first && shown[chosen] === selected) drawRow(pen, selected, chosen, yOf(chosen) - top, true);
    if (!shown.length) {
      pen.fillStyle = colours.dim; pen.font = `13px ${MONO}`; pen.textAlign = "left";
      pen.fillText("nothing is shown: choose above what is", 80, 40);
    }
    drawWindow();
  }

  function line(pen, x, y, toX, toY) {
    pen.beginPath(); pen.moveTo(x, y); pen.lineTo(toX, toY); pen.stroke();
  }

  function drawLanes(pen, first) {
    page.lanes.forEach((lane, number) => {
      const x = laneX(number), wide = laneStep - 10;
      pen.fillStyle = colours.soft; pen.fillRect(x + wide / 2, 0, 1, height);
      let span = first < shown.length ? spanAt(lane, shown[first]) : lane.spans.length;
      for (span = Math.max(span, 0); span < lane.spans.length; span++) {
        const [row, , tone] = lane.spans[span], next = lane.spans[span + 1];
        const from = spanY(row), to = next ? spanY(next[0]) : total() - top;
        if (from > height) break;
        if (to < 0) continue;
        const start = Math.max(from, -2), stop = Math.min(to, height + 2);
        pen.fillStyle = colours[tone]; pen.fillRect(x, start, wide, Math.max(stop - start - 1, 1));
      }
    });
  }

  function spanY(row) {
    const place = placeOf[row];
    return (place < shown.length ? yOf(place) : total()) - top;
  }

  function weightAt(row) {
    const found = findingsAt.get(row);
    if (!found) return "";
    return WEIGHTS.find((weight) => found.some((number) => page.findings[number].weight === weight)) || "note";
  }

  function drawRow(pen, row, place, y, labelled) {
    const middle = y + ROW / 2, weight = weightAt(row);
    const partner = selected >= 0 && (columns.answers[selected] === row || answerOf[selected] === row
      || (columns.answers[row] >= 0 && columns.answers[row] === columns.answers[selected])
      || columns.answers[row] === selected);
    if (labelled || row === selected) {
      const back = row === selected ? colours.select : weight === "fault" ? colours["fault-back"]
        : weight === "warning" ? colours["warning-back"] : isHit.has(row) ? colours.hit
          : partner || row === hover ? colours.hover : "";
      if (back) {
        pen.fillStyle = back;
        pen.fillRect(0, y, lanesLeft - 2, ROW);
        pen.fillRect(hostX - 14, y, width, ROW);
        pen.strokeStyle = colours.line;
        for (const x of [hostX, deviceX]) line(pen, x + 0.5, y, x + 0.5, y + ROW);
      }
    }
    if (weight) {
      pen.fillStyle = colours[weight === "note" ? "remark" : weight];
      pen.beginPath(); pen.moveTo(5, middle - 5); pen.lineTo(13, middle); pen.lineTo(5, middle + 5); pen.fill();
    } else if (isHit.has(row)) {
      pen.fillStyle = colours.warning; pen.fillRect(5, middle - 2, 6, 4);
    }
    drawSign(pen, row, middle, partner);
    if (findingsAt.has(row) && findingsAt.get(row).some((number) => page.findings[number].missing)) {
      pen.strokeStyle = colours.fault; pen.setLineDash([2, 3]);
      line(pen, hostX, y + 1.5, deviceX, y + 1.5); pen.setLineDash([]);
    }
    if (labelled || row === selected) drawLabel(pen, row, place, middle);
  }

  function drawSign(pen, row, middle, partner) {
    const way = columns.way[row], sort = columns.sort[row];
    const colour = columns.status[row] === FAILED ? colours.fault : colours[SORTS[sort]];
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = partner || row === selected ? 2.5 : 1.25;
    if (way) {
      const from = way === 1 ? hostX : deviceX, to = way === 1 ? deviceX : hostX, back = way === 1 ? -8 : 8;
      if (sort === MESSAGE) pen.setLineDash([4, 3]);
      line(pen, from, middle, to, middle); pen.setLineDash([]);
      pen.beginPath(); pen.moveTo(to, middle); pen.lineTo(to + back, middle - 4); pen.lineTo(to + back, middle + 4); pen.fill();
      if (columns.answers[row] < 0 && sort === 2) { pen.beginPath(); pen.arc(from, middle, 3, 0, 7); pen.fill(); }
    } else if (SORTS[sort] === "environment") {
      pen.beginPath(); pen.moveTo(deviceX, middle - 5); pen.lineTo(deviceX + 5, middle); pen.lineTo(deviceX, middle + 5);
      pen.lineTo(deviceX - 5, middle); pen.fill();
    } else {
      pen.fillRect(deviceX + 12, middle - 1, 8, 2);
    }
    pen.lineWidth = 1;
  }

  function drawLabel(pen, row, place, middle) {
    pen.font = `12px ${MONO}`; pen.textAlign = "right"; pen.fillStyle = colours.dim;
    pen.fillText(columns.record[row], 70, middle);
    pen.fillStyle = colours.text; pen.fillText(timeText(columns.time[row], 6), 164, middle);
    if (place) {
      const span = seconds[row] - seconds[shown[place - 1]];
      pen.fillStyle = span >= 1 ? colours.environment : colours.dim;
      pen.fillText(spanText(span), 240, middle);
    }
    pen.textAlign = "left";
    const sort = columns.sort[row], x = deviceX + 28;
    pen.fillStyle = columns.status[row] === FAILED ? colours.fault : sort === 5 || sort === MESSAGE ? colours.dim : colours.text;
    const text = labelOf(row), advance = pen.measureText("0").width;
    pen.fillText(text, x, middle);
    const extra = [];
    const below = tops ? bound(tops, tops[place] + ROW - 3) - place - 1 : 0;
    if (below > 0) extra.push(`and ${below} more`);
    if (columns.answers[row] >= 0) extra.push(spanText(seconds[row] - seconds[columns.answers[row]]));
    if (sort === 3 && columns.flags[row]) extra.push("inferred");
    const summary = summaryOf(row);
    if (summary) extra.push(summary);
    pen.fillStyle = colours.dim; pen.fillText(extra.join("   "), x + (text.length + 2) * advance, middle);
  }

  // ---------------------------------------------------------------- the map

  const mapLanes = () => Math.min(page.lanes.length, 8);
  const mapHeight = () => 26 + mapLanes() * 10 + 6;
  const placeX = (fraction) => GUTTER + fraction * (map.clientWidth - GUTTER - 10);
  const fractionOf = (place) => {
    if (!shown.length) return 0;
    const limited = Math.max(0, Math.min(place, shown.length - 1));
    if (!tops) return shown.length > 1 ? limited / shown.length : 0;
    return total() > ROW ? tops[limited] / (total() - ROW || 1) : 0;
  };

  function drawMap() {
    const high = mapHeight(), wide = at("overview").clientWidth, ratio = window.devicePixelRatio || 1;
    map.width = Math.round(wide * ratio); map.height = Math.round(high * ratio);
    map.style.height = `${high}px`;
    const pen = context(map);
    pen.fillStyle = colours.panel; pen.fillRect(0, 0, wide, high);
    pen.font = `10px ${MONO}`; pen.textBaseline = "middle"; pen.textAlign = "right"; pen.fillStyle = colours.dim;
    pen.fillText("events", GUTTER - 8, 13);
    const bins = new Uint32Array(Math.max(Math.floor((wide - GUTTER) / 2), 1));
    for (let place = 0; place < shown.length; place++) {
      bins[Math.min(bins.length - 1, Math.floor(fractionOf(place) * bins.length))]++;
    }
    let most = 1;
    for (const number of bins) most = Math.max(most, number);
    pen.fillStyle = colours.idle;
    bins.forEach((number, bin) => {
      const tall = number ? Math.max(1, 16 * Math.sqrt(number / most)) : 0;
      pen.fillRect(placeX(bin / bins.length), 26 - tall, 2, tall);
    });
    page.lanes.slice(0, mapLanes()).forEach((lane, number) => {
      const y = 29 + number * 10;
      pen.fillStyle = colours.dim; pen.textAlign = "right"; pen.fillText(lane.name.slice(0, 16), GUTTER - 8, y + 4);
      lane.spans.forEach(([row, text, tone], span) => {
        const next = lane.spans[span + 1];
        const from = placeX(fractionOf(placeOf[row])), to = next ? placeX(fractionOf(placeOf[next[0]])) : wide - 10;
        if (to - from < 0.3 && span % 16) return;
        pen.fillStyle = colours[tone]; pen.fillRect(from, y, Math.max(to - from - 0.5, 1), 8);
      });
    });
    for (const weight of ["note", "warning", "fault"]) {
      pen.fillStyle = colours[weight === "note" ? "remark" : weight];
      for (const finding of page.findings) {
        if (finding.weight !== weight) continue;
        pen.fillRect(placeX(fractionOf(placeOf[finding.row])), 3, weight === "fault" ? 2 : 1, weight === "note" ? 4 : 8);
      }
    }
    drawWindow();
  }

  function drawWindow() {
    const end = Math.min(shown.length - 1, placeAt(top + height));
    const left = placeX(fractionOf(placeAt(top)));
    at("window").style.left = `${left}px`;
    at("window").style.width = `${Math.max(placeX(fractionOf(end)) - left, 2)}px`;
  }

  function mapJump(event) {
    const wide = map.clientWidth - GUTTER - 10;
    const fraction = Math.max(0, Math.min(1, (event.offsetX - GUTTER) / wide));
    scrollTo(fraction * (total() - (tops ? ROW : 0)) - height / 2);
  }

  // ---------------------------------------------------------------- selection

  function reveal(row) {
    if (!shown.length) return;
    const y = yOf(Math.min(placeOf[row], shown.length - 1));
    if (y < top + ROW || y > top + height - 2 * ROW) scrollTo(y - height / 2);
  }

  function select(row, jumps) {
    if (row < 0 || row >= count) return;
    if (!isShown[columns.sort[row]]) row = madeOf(row);
    selected = row;
    if (jumps) reveal(row);
    draw();
    tab("event");
    showEvent(row);
    try { history.replaceState(null, "", `#${columns.record[row]}`); } catch { /* a page without address */ }
  }

  // Of a row that is not shown, such as a message, the first shown event that was made of it.
  function madeOf(row) {
    for (let place = placeOf[row]; place < Math.min(placeOf[row] + 64, shown.length); place++) {
      if (columns.cause[shown[place]] === row) return shown[place];
    }
    return row;
  }

  function step(by) {
    if (!shown.length) return;
    const place = selected < 0 ? (by > 0 ? placeAt(top) - 1 : placeAt(top) + 1) : placeOf[selected];
    const behind = selected >= 0 && !isShown[columns.sort[selected]] && by > 0 ? by - 1 : by;
    select(shown[Math.max(0, Math.min(shown.length - 1, place + behind))], true);
  }

  function stepFinding(by) {
    const rows = page.findings.map((finding) => finding.row);
    if (!rows.length) return;
    const from = selected < 0 ? (by > 0 ? -1 : count) : selected;
    const found = by > 0 ? rows.find((row) => row > from) : rows.filter((row) => row < from).pop();
    select(found === undefined ? rows[by > 0 ? 0 : rows.length - 1] : found, true);
  }

  function toPartner() {
    if (selected < 0) return;
    const other = columns.answers[selected] >= 0 ? columns.answers[selected] : answerOf[selected];
    if (other >= 0) select(other, true);
  }

  // ---------------------------------------------------------------- panels

  function tab(name) {
    for (const each of ["event", "session"]) {
      at(each).hidden = each !== name;
      at(`tab-${each}`).setAttribute("aria-pressed", String(each === name));
    }
  }

  async function showEvent(row) {
    const [facts, fields] = await details(row);
    if (row !== selected) return;
    const panel = at("event");
    const parts = [node("h2", {}, node("bdi", {}, titleOf(row)))];
    parts.push(node("p", { className: "dim" },
      `record ${columns.record[row]}` + (page.has_times ? ` · ${timeText(columns.time[row], 9)} s` : "")));
    if (columns.log[row] !== 0xffff) parts.push(logLine(row));
    parts.push(...partners(row));
    for (const number of findingsAt.get(row) || []) parts.push(findingNode(page.findings[number], false));
    const dull = fields.filter((field) => field[2]).length;
    const label = dull ? node("label", {}, node("input", { type: "checkbox", checked: allFields,
      on: { change: () => { allFields = !allFields; showEvent(selected); } } }), ` all ${fields.length}`) : null;
    const listed = fields.filter((field) => allFields || !field[2] || (dull === fields.length));
    parts.push(node("h3", {}, "Fields", label));
    parts.push(listed.length ? rowsTable(listed.map(([path, text, isDull]) => [path, text, isDull]))
      : node("p", { className: "dim" }, "it has none that is decoded"));
    parts.push(node("h3", {}, "Record"), rowsTable(facts.map(([name, text]) => [name, text, 0])));
    const states = page.lanes.map((lane) => [lane, spanAt(lane, row)]).filter(([, span]) => span >= 0);
    if (states.length) {
      parts.push(node("h3", {}, "State here"), node("ul", {}, ...states.map(([lane, span]) => {
        const [since, text, tone] = lane.spans[span];
        return node("li", { className: "state" }, node("i", { className: `tone ${tone}` }),
          node("span", { className: "lane" }, lane.name),
          node("span", {}, node("bdi", {}, text), node("span", { className: "dim" }, " since "), rowLink(since)));
      })));
    }
    panel.replaceChildren(...parts);
    panel.scrollTop = 0;
  }

  function logLine(row) {
    const place = logText(row);
    const link = node("a", { href: logLink(row), target: "_blank", rel: "noopener noreferrer" }, node("bdi", {}, place));
    const text = `${page.logs[columns.log[row]]}:${columns.line[row]}`;
    const copy = node("button", { className: "link", title: "For an editor: file:line",
      on: { click: () => navigator.clipboard && navigator.clipboard.writeText(text) } }, "copy");
    return node("p", {}, link, " ", copy);
  }

  function partners(row) {
    const made = [], request = columns.answers[row], answer = answerOf[row], cause = columns.cause[row];
    if (request >= 0) {
      made.push(node("p", {}, "answers ", rowLink(request), ` ${spanText(seconds[row] - seconds[request])}`));
    }
    if (answer >= 0) made.push(node("p", {}, "answered by ", rowLink(answer), ` ${spanText(seconds[answer] - seconds[row])}`));
    if (cause >= 0 && cause !== request) made.push(node("p", {}, "from ", rowLink(cause)));
    return made;
  }

  function rowsTable(rows) {
    const low = needle.toLowerCase();
    let group = "";
    return node("table", {}, node("tbody", {}, ...rows.flatMap(([name, text, isDull]) => {
      const isFound = low && (`${name}\n${text}`).toLowerCase().includes(low);
      const dot = name.lastIndexOf("."), of = dot > 0 ? name.slice(0, dot) : "", made = [];
      if (of !== group && of) made.push(node("tr", { className: "of" }, node("td", { colSpan: 2 }, node("bdi", {}, of))));
      group = of;
      made.push(node("tr", { className: `${isDull ? "dull" : ""} ${isFound ? "hit" : ""}` },
        node("td", {}, node("bdi", {}, dot > 0 ? name.slice(dot + 1) : name)), node("td", {}, node("bdi", {}, text))));
      return made;
    })));
  }

  function findingNode(finding, isListed) {
    const kind = finding.root ? finding.kind : `${finding.kind}, a consequence`;
    const made = node("div", { className: `finding ${finding.weight}` },
      node("b", {}, `${finding.weight}: ${kind}`), " ", node("small", {}, finding.layer),
      isListed ? node("span", {}, " at ", rowLink(finding.row, `record ${finding.record}`)) : null,
      node("p", {}, node("bdi", {}, finding.text)));
    if (finding.missing) made.append(node("p", { className: "dim" }, "missing here: ", node("bdi", {}, finding.missing)));
    if (finding.fields.length && !isListed) {
      made.append(node("table", { className: "three" }, node("tbody", {}, ...finding.fields.map((field) => node("tr", {},
        ...field.map((text) => node("td", {}, node("bdi", {}, text))))))));
      made.append(node("small", {}, "field, recorded, expected"));
    }
    if (finding.rule) made.append(node("p", { className: "dim" }, `${finding.rule}: ${finding.rule_text} (${finding.source})`));
    if (finding.root_row !== undefined && !isListed) made.append(node("p", {}, "follows from ", rowLink(finding.root_row)));
    return made;
  }

  function list(title, items, make, more) {
    if (!items.length) return [];
    const left = items.length - LISTED_MAX + (more || 0);
    return [node("h3", {}, `${title} (${items.length + (more || 0)})`),
      node("ul", {}, ...items.slice(0, LISTED_MAX).map(make)),
      left > 0 ? node("p", { className: "dim" }, `and ${left} more`) : ""];
  }

  function showSession() {
    const places = (rows) => node("span", {}, " ", ...rows.flatMap((row, number) => [number ? ", " : "", rowLink(row)]));
    const parts = [node("h2", {}, node("bdi", {}, page.name))];
    for (const text of [...page.remarks, ...(page.warnings || [])]) parts.push(node("p", { className: "finding warning" }, text));
    parts.push(rowsTable(page.facts.map(([name, text]) => [name, text, 0])));
    parts.push(node("p", { className: "dim" }, verdictText()));
    if (!page.masked) parts.push(node("p", { className: "finding fault" }, "Identities are not masked in this page."));
    parts.push(...list("Findings", [...page.findings].sort((a, b) => b.root - a.root || WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight)),
      (finding) => node("li", {}, findingNode(finding, true)), page.findings_left));
    parts.push(...list("Likely causes", page.causes, (cause) => node("li", {}, node("bdi", {}, cause.cause), places(cause.rows),
      node("p", { className: "dim" }, `To confirm: ${cause.confirm}. What helped: ${cause.helped}. ${cause.source}`))));
    parts.push(...list("What stands out", page.observations, (each) => node("li", {}, node("bdi", {}, each.text), places(each.rows))));
    parts.push(...list("What happened", page.changes, (each) => node("li", { className: "state" },
      node("span", { className: "at" }, rowLink(each.row)), node("i", { className: `tone ${each.tone}` }),
      node("span", { className: "lane" }, each.lane),
      node("span", {}, node("bdi", {}, each.text), each.count > 1 ? ` ×${each.count}` : ""))));
    parts.push(node("p", { className: "dim" }, `${page.producer}; ${page.masked ? "identities are masked" : "identities are shown"}`));
    at("session").replaceChildren(...parts.filter((part) => part !== ""));
  }

  function verdictText() {
    const parts = [];
    if (page.verdict) parts.push(`${page.verdict}: ${page.compared[0]} of ${plural(page.compared[1], "output")} compared`);
    if (page.unjudged) parts.push(page.unjudged);
    if (page.checked) parts.push(page.checked);
    if (page.findings_outside) parts.push(`${plural(page.findings_outside, "finding")} outside of the part that is shown`);
    return parts.join(" · ") || "not compared with a device, not judged by the rules";
  }

  // ---------------------------------------------------------------- search

  async function search() {
    const turn = ++searching, text = at("query").value;
    needle = text;
    hits = []; isHit = new Set();
    if (!text) { at("hits").value = ""; draw(); if (selected >= 0) showEvent(selected); return; }
    const low = text.toLowerCase(), inText = page.texts.map((each) => each.toLowerCase().includes(low));
    const written = JSON.stringify(low).slice(1, -1); // as the blocks have it
    for (let block = 0; block < blocks.length; block++) {
      const whole = new TextDecoder().decode(await unpack(blocks[block]));
      if (turn !== searching) return;
      const begin = block * page.block_rows, end = Math.min(begin + page.block_rows, count);
      const found = whole.toLowerCase().includes(written) ? whole.split("\n") : null;
      for (let row = begin; row < end; row++) {
        if (inText[columns.title[row]] || (found && inDetails(found[row - begin], low, written))) {
          hits.push(row); isHit.add(row);
        }
      }
      if (block % 8 === 7) {
        at("hits").value = `${hits.length}…`;
        draw();
        await new Promise((done) => setTimeout(done));
        if (turn !== searching) return;
      }
    }
    showHits();
    draw();
    if (selected >= 0) showEvent(selected);
  }

  function inDetails(line, low, written) { // first the line as it is, then its values: JSON has signs of its own
    if (!line.toLowerCase().includes(written)) return false;
    const [facts, fields] = JSON.parse(line);
    return [...facts, ...fields].some(([name, text]) => name.toLowerCase().includes(low) || text.toLowerCase().includes(low));
  }

  function showHits() {
    const place = hits.indexOf(selected);
    at("hits").value = hits.length ? `${place < 0 ? "" : `${place + 1} of `}${hits.length}` : "none";
  }

  function stepHit(by) {
    if (!hits.length) return;
    const from = selected < 0 ? (by > 0 ? -1 : count) : selected;
    let place = bound(hits, by > 0 ? from + 1 : from) - (by > 0 ? 0 : 1);
    if (place < 0) place = hits.length - 1;
    if (place >= hits.length) place = 0;
    select(hits[place], true);
    showHits();
  }

  // ---------------------------------------------------------------- controls

  function drawFilters() {
    const counts = new Uint32Array(SORTS.length);
    for (const sort of columns.sort) counts[sort]++;
    at("filters").replaceChildren(...SORTS.map((name, sort) => counts[sort] ? node("label", {},
      node("input", { type: "checkbox", checked: isShown[sort], on: { change: (event) => {
        const [row, y] = anchor();
        isShown[sort] = event.target.checked; filter(); keepAt(row, y);
      } } }), swatch(name), `${SORT_NAMES[sort]} ${counts[sort].toLocaleString("en")}`) : ""));
  }

  function swatch(name) {
    const made = node("i");
    made.style.background = `var(--${name})`;
    return made;
  }

  function setScale(pixels) {
    const [row, y] = anchor();
    scale = pixels;
    at("scale").setAttribute("aria-pressed", String(Boolean(scale)));
    layOut();
    keepAt(row, y);
  }

  // What stays where it is when the rows move: the selected row if it is in sight, else the middle.
  function anchor() {
    if (!shown.length) return [0, 0];
    const y = selected < 0 ? -1 : yOf(Math.min(placeOf[selected], shown.length - 1)) - top;
    if (y >= 0 && y < height) return [selected, y];
    return [shown[Math.max(0, Math.min(shown.length - 1, placeAt(top + height / 2)))], height / 2];
  }

  function keepAt(row, y) {
    if (shown.length) scrollTo(yOf(Math.min(placeOf[row], shown.length - 1)) - y);
  }

  function toggleScale() {
    const long = count ? seconds.reduce((most, each) => Math.max(most, each), 0) : 0;
    setScale(scale || !long ? 0 : Math.max(shown.length * ROW, height) / long);
  }

  function zoom(by) {
    if (scale) setScale(Math.min(Math.max(scale * by, 1e-6), 1e9)); else toggleScale();
  }

  function setTheme(name) {
    theme = name;
    const isDark = name === "dark" || (name === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    at("theme").textContent = name === "system" ? "theme" : name;
    try { localStorage.setItem("wwanreplay-theme", name); } catch { /* no storage here */ }
    readColours();
    if (shown) { drawHeads(); drawMap(); draw(); }
  }

  const themes = ["system", "dark", "light"];
  const nextTheme = () => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]);

  function toggleKeys() {
    at("keys").replaceChildren(node("table", {}, node("tbody", {}, ...KEYS.map(([keys, text]) => node("tr", {},
      node("td", {}, node("kbd", {}, keys)), node("td", {}, text))))));
    at("keys").hidden = !at("keys").hidden;
  }

  const pageRows = () => Math.max(1, Math.floor(height / ROW) - 2);
  const ACTIONS = {
    ArrowDown: () => step(1), ArrowUp: () => step(-1), j: () => step(1), k: () => step(-1),
    PageDown: () => step(pageRows()), PageUp: () => step(-pageRows()),
    Home: () => shown.length && select(shown[0], true), End: () => shown.length && select(shown[shown.length - 1], true),
    Enter: toPartner, n: () => stepFinding(1), p: () => stepFinding(-1), s: toggleScale,
    "+": () => zoom(2), "=": () => zoom(2), "-": () => zoom(0.5),
    "/": () => { at("query").focus(); at("query").select(); }, t: nextTheme, "?": toggleKeys,
    a: () => { allFields = !allFields; if (selected >= 0) showEvent(selected); },
    e: () => tab("event"), o: () => tab("session"),
    Escape: () => { at("keys").hidden = true; at("query").value = ""; search(); },
  };

  function keyPressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target === at("query")) {
      if (event.key === "Enter") { stepHit(event.shiftKey ? -1 : 1); event.preventDefault(); }
      if (event.key === "Escape") { ACTIONS.Escape(); view.focus(); }
      return;
    }
    const isButton = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement;
    if (isButton && event.key === "Enter") return;
    const action = Object.hasOwn(ACTIONS, event.key) ? ACTIONS[event.key] : null;
    if (action) { action(); event.preventDefault(); }
  }

  function rowUnder(event) {
    const y = event.clientY - ladder.getBoundingClientRect().top + top;
    const place = tops ? Math.max(0, bound(tops, y - ROW)) : Math.floor(y / ROW);
    if (place >= shown.length || (tops && tops[place] > y + 4)) return -1;
    return shown[place];
  }

  function hovered(event) {
    const row = rowUnder(event);
    const x = event.clientX - ladder.getBoundingClientRect().left, lane = page.lanes[Math.floor((x - lanesLeft) / laneStep)];
    let text = "";
    if (row >= 0 && x >= lanesLeft && lane) {
      const span = spanAt(lane, row);
      text = span < 0 ? `${lane.name}: not known yet` : `${lane.name}: ${lane.spans[span][1]}, since record ${columns.record[lane.spans[span][0]]}`;
    } else if (row >= 0 && findingsAt.has(row)) {
      text = page.findings[findingsAt.get(row)[0]].text;
    }
    if (ladder.title !== text) ladder.title = text;
    if (row !== hover) { hover = row; draw(); }
  }

  function connect() {
    view.addEventListener("scroll", () => {
      if (scrolled) { scrolled = false; return; }
      top = Math.max(0, Math.min(view.scrollTop * stretch(), total() - height));
      draw();
    });
    view.addEventListener("wheel", (event) => {
      if (stretch() <= 1.0001 || event.ctrlKey) return; // the browser scrolls by itself
      event.preventDefault();
      scrollTo(top + event.deltaY * (event.deltaMode === 1 ? ROW : event.deltaMode === 2 ? height : 1));
    }, { passive: false });
    ladder.addEventListener("click", (event) => { const row = rowUnder(event); if (row >= 0) select(row, false); });
    ladder.addEventListener("mousemove", hovered);
    ladder.addEventListener("mouseleave", () => { hover = -1; draw(); });
    map.addEventListener("pointerdown", (event) => { map.setPointerCapture(event.pointerId); mapJump(event); });
    map.addEventListener("pointermove", (event) => { if (event.buttons) mapJump(event); });
    at("grip").addEventListener("pointerdown", (event) => at("grip").setPointerCapture(event.pointerId));
    at("grip").addEventListener("pointermove", (event) => {
      if (event.buttons) at("side").style.width = `${Math.max(200, Math.min(window.innerWidth - 300, window.innerWidth - event.clientX))}px`;
    });
    document.addEventListener("keydown", keyPressed);
    let typed = 0;
    at("query").addEventListener("input", () => { clearTimeout(typed); typed = setTimeout(search, 150); });
    const clicks = { "hit-next": () => stepHit(1), "hit-before": () => stepHit(-1), "finding-next": () => stepFinding(1),
      "finding-before": () => stepFinding(-1), scale: toggleScale, "zoom-in": () => zoom(2), "zoom-out": () => zoom(0.5),
      theme: nextTheme, help: toggleKeys,
      "tab-event": () => tab("event"), "tab-session": () => tab("session") };
    for (const [id, does] of Object.entries(clicks)) at(id).addEventListener("click", does);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(theme));
    new ResizeObserver(resize).observe(view);
  }

  function showBar() {
    at("name").textContent = page.name;
    const counts = WEIGHTS.map((weight) => [page.findings.filter((each) => each.weight === weight).length, weight]);
    const words = counts.filter(([number]) => number).map(([number, weight]) => plural(number, weight)).join(", ");
    const badge = at("verdict");
    badge.textContent = page.verdict || (page.checked ? "checked" : "");
    const isBad = counts[0][0] > 0 || page.verdict === "diverged";
    badge.className = `badge ${isBad ? "fault" : ["equal", "no fault"].includes(page.verdict) ? "good" : ""}`;
    const all = count === page.records ? plural(count, "event") : `${count.toLocaleString("en")} of ${plural(page.records, "event")}`;
    const whole = spanText(count ? seconds.reduce((most, each) => Math.max(most, each), 0) : 0).slice(1);
    at("counts").textContent = `${all}, ${page.has_times ? whole : "no times"}`;
    at("finding-count").textContent = words || "no findings";
  }

  async function begin() {
    let saved = "system";
    try { saved = localStorage.getItem("wwanreplay-theme") || saved; } catch { /* no storage here */ }
    await load();
    const others = columns.sort.some((sort) => sort !== MESSAGE && sort !== 5);
    isShown = SORTS.map((_, sort) => sort !== MESSAGE || !others);
    setTheme(themes.includes(saved) ? saved : "system");
    showBar(); showSession(); drawFilters(); filter(); connect();
    tab("session");
    at("event").append(node("p", { className: "dim" }, "Click an event, or use the arrow keys."));
    const wanted = Number(location.hash.slice(1));
    if (/^#\d+$/.test(location.hash)) select(Math.min(bound(columns.record, wanted), count - 1), true);
    view.focus({ preventScroll: true });
    document.documentElement.dataset.ready = "yes";
  }

  // For the console of the browser, and for what measures the page.
  window.wwanreplay = { select: (record) => select(bound(columns.record, record), true), drawNow,
    scroll: (y) => scrollTo(y), height: () => total(), toggleScale,
    inSight: () => { // the records of the first and the last row that can be seen
      const last = Math.min(shown.length - 1, placeAt(top + height - 1));
      return shown.length ? [columns.record[shown[placeAt(top)]], columns.record[shown[last]]] : [];
    } };
  begin().catch((error) => {
    at("trouble").hidden = false;
    at("trouble").textContent = `This page cannot be shown: ${error.message}. It needs a browser of 2023 or later.`;
    throw error;
  });
})();
