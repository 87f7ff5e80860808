/* Texts with everything of the schema, and edits of them, as ProseMirror's JSON. `random`: numbers from 0 to 1. */
export function numbers(seed) {
  let state = seed + 1;
  return () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
}

export function editing(random) {
  const below = (n) => Math.floor(random() * n);
  const pick = (list) => list[below(list.length)];
  let block = 0;
  const id = () => ({ id: "block" + String(++block).padStart(4, "0") });
  const words = () => pick(["Rīga", "Київ", "🎉👩‍🏫", "policy", " ", "x"]) + " " + pick(["a", "ž", "end"]);
  const someMarks = () => pick([[], [], [{ type: "strong" }], [{ type: "em" }, { type: "strike" }], [{ type: "code" }],
    [{ type: "link", attrs: { href: pick(["https://example.org/a b", "mailto:a@b.c"]), title: "t" } }]]);
  const text = () => ({ type: "text", text: words(), marks: someMarks() });
  const inline = () => Array.from({ length: below(4) }, () => pick([text, text, text,
    () => ({ type: "hard_break" }),
    () => ({ type: "image", attrs: { image: "0b7b4a52-3a0c-4a7e-8f0f-3f1d6f0a9b11", alt: "A map", title: "" } })])());
  const paragraph = () => ({ type: "paragraph", attrs: id(), content: inline() });
  const own = (depth) => (depth && random() < 0.2 ? [] : [paragraph()]);
  const item = (depth) => ({ type: "list_item", content: [...own(depth), ...(depth ? [list(depth - 1)] : [])] });
  const list = (depth) => ({ type: pick(["bullet_list", "ordered_list"]), attrs: { tight: false }, content: [item(depth), item(0)] });
  const cell = (type) => ({ type, attrs: { colspan: 1, rowspan: 1, colwidth: pick([null, [120]]) }, content: [paragraph()] });
  const table = () => ({ type: "table", attrs: id(), content: [
    { type: "table_row", content: [cell("table_header"), cell("table_header")] },
    { type: "table_row", content: [cell("table_cell"), cell("table_cell")] }] });
  const anyBlock = () => pick([paragraph, paragraph,
    () => ({ type: "heading", attrs: { level: 1 + below(6), ...id() }, content: [text()] }),
    () => ({ type: "blockquote", content: [paragraph(), list(1)] }),
    () => ({ type: "code_block", attrs: { params: "js", ...id() }, content: [{ type: "text", text: "let x = 1" }] }),
    () => ({ type: "horizontal_rule", attrs: id() }), () => list(2), table])();

  const start = { type: "doc", content: [paragraph(), anyBlock(), anyBlock()] };
  const copy = (value) => JSON.parse(JSON.stringify(value));
  const leaves = (node, type, found = []) => {
    if (node.type === type) found.push(node);
    (node.content ?? []).forEach((child) => leaves(child, type, found));
    return found;
  };
  function edit(doc) {
    const texts = leaves(doc, "text");
    const kind = below(6);
    if (kind === 0) doc.content.splice(below(doc.content.length + 1), 0, anyBlock());
    else if (kind === 1 && doc.content.length > 2) doc.content.splice(below(doc.content.length), 1);
    else if (kind === 2 && texts.length) { const t = pick(texts); t.text = t.text.slice(0, 1) + words() + t.text.slice(1); }
    else if (kind === 3 && texts.length) { const t = pick(texts); if (!leaves(doc, "code_block").some((c) => c.content?.includes(t))) t.marks = someMarks(); }
    else if (kind === 4 && leaves(doc, "paragraph").length) { const h = pick(leaves(doc, "paragraph")); h.content = inline(); }
    else { const i = below(doc.content.length); const b = doc.content[i]; if (b.type === "paragraph") doc.content[i] = { type: "heading", attrs: { level: 2, ...b.attrs }, content: b.content ?? [] }; }
    return doc;
  }
  return { start, copy, edit, below, pick };
}
