// Converts HTML that is pasted from Word, Google Docs or a web page to our Markdown: toMarkdown(html). It is parsed, never
// rendered, so none of it can run.
(() => {
  "use strict";

  const BLOCKS = new Set(
    ("ARTICLE ASIDE BLOCKQUOTE DD DIV DL DT FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE " +
      "SECTION TABLE TBODY TD TH THEAD TR UL").split(" "),
  );
  const DROPPED = new Set(
    ("AUDIO BUTTON CANVAS DEL EMBED HEAD IFRAME IMG INPUT LINK MATH META NOSCRIPT OBJECT PICTURE SCRIPT SELECT STYLE " +
      "TEMPLATE TEXTAREA TITLE VIDEO XML").split(" "),
  );
  const HIDDEN = /mso-list:\s*ignore|mso-element:\s*(?:comment|header|footer)|mso-hide:\s*all|display:\s*none/i;
  const NOTE = /#_?(ftnt?|fn|footnote|edn|endnote)_?(ref)?[-_:]?(\d+)$/i;
  const POINTS = { pt: 1, px: 0.75, cm: 28.35, mm: 2.835, in: 72 };
  const MIN_QUOTE_INDENT = 18; // points
  const WORD = /[\p{L}\p{N}]/u;
  const PUNCTUATION = /[\p{P}\p{S}]/u;

  const styleOf = (element) => element.getAttribute("style") ?? "";
  const styled = (element, name) => styleOf(element).match(new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`, "i"))?.[1].trim();
  const isDropped = (element) =>
    DROPPED.has(element.tagName.toUpperCase()) || /^(?:v|w|m):/i.test(element.tagName) || element.namespaceURI.endsWith("svg") ||
    HIDDEN.test(styleOf(element)) || /\bmsocom/i.test(element.className);

  // Emphasis as displayed: Google Docs wraps everything in a <b> that is not bold, and makes text bold with a style.
  const marksOf = (element, marks) => {
    const weight = styled(element, "font-weight");
    const slant = styled(element, "font-style");
    const bold = weight ? /bold|[6-9]00/.test(weight) : marks.bold || /^(?:B|STRONG)$/.test(element.tagName);
    const italic = slant ? /italic|oblique/.test(slant) : marks.italic || /^(?:I|EM|CITE)$/.test(element.tagName);
    return { ...marks, bold, italic };
  };

  const addressOf = (link) => {
    try {
      const address = new URL(link.getAttribute("href"));
      const redirectTarget = address.hostname === "www.google.com" && address.pathname === "/url" && address.searchParams.get("q");
      const target = redirectTarget ? new URL(redirectTarget) : address;
      return /^(?:https?|mailto):$/.test(target.protocol) ? target.href : "";
    } catch {
      return ""; // Links within the other document lead nowhere here.
    }
  };

  const indentation = (element) => {
    const [, number, unit] = styled(element, "margin-left")?.match(/^([\d.]+)(pt|px|cm|mm|in)/) ?? [];
    return number ? number * POINTS[unit] : 0;
  };

  // Escapes characters that would be Markdown syntax.
  const escape = (text) =>
    text
      .replace(/[\\`*[\]]/g, "\\$&")
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
      .replace(/~(?=~)|<(?=[a-z/!?])|&(?=#?\w+;)/gi, "\\$&");

  const escapeLine = (line) =>
    line
      .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
      .replace(/^(?:#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=|:][-=|: ]*$|:::|~~~)/, "\\$&");

  // The Markdown of runs {text, mark} of one line; mark is "", "*", "**" or "***".
  const emphasise = (runs) => {
    const joined = [];
    for (const [place, run] of runs.entries()) {
      const last = joined.at(-1);
      // Spaces take the emphasis around them, and emphasis does not change within a word.
      const between = !run.text.trim() && last?.mark === runs[place + 1]?.mark;
      if (last && (between || last.mark === run.mark)) {
        last.text += run.text;
      } else if (last?.mark && run.mark && /\S$/.test(last.text)) {
        const [head] = run.text.match(/^\S*/);
        last.text += head;
        if (run.text.length > head.length) joined.push({ ...run, text: run.text.slice(head.length) });
      } else joined.push({ ...run });
    }
    let line = "";
    for (const [place, { text, mark }] of joined.entries()) {
      const before = line.slice(-1);
      const after = joined[place + 1]?.text[0] ?? "";
      let [start, words, end] = ["", text, ""];
      // Marks next to a space, or between a letter and punctuation, would be parsed as literal asterisks.
      const leaves = (sign, outside) => /\s/.test(sign) || (PUNCTUATION.test(sign) && WORD.test(outside));
      while (mark && words && leaves(words[0], start.at(-1) ?? before)) {
        start += words[0];
        words = words.slice(1);
      }
      while (mark && words && leaves(words.at(-1), end[0] ?? after)) {
        end = words.at(-1) + end;
        words = words.slice(0, -1);
      }
      line += escape(start) + (words ? mark + escape(words) + mark : "") + escape(end);
    }
    return line;
  };

  const linked = (words, plain, address) => {
    if (!words.trim()) return words;
    if (plain.trim() === address) return `<${address}>`;
    const [, start, inside, end] = words.match(/^(\s*)(.*?)(\s*)$/s);
    return `${start}[${inside}](${/[()\s]/.test(address) ? `<${address}>` : address})${end}`;
  };

  // The Markdown of a line, given its items: {text, bold, italic, href} or {note: number}.
  const lineOf = (items, notes) => {
    let line = "";
    let place = 0;
    const add = (piece) => {
      line = piece.startsWith("[") ? line.replace(/(?<!\\)!$/, "\\!") + piece : line + piece;
    };
    while (place < items.length) {
      const { href, note } = items[place];
      if (note !== undefined) {
        if (notes.has(note)) add(`[^${notes.get(note)}]`);
        place += 1;
        continue;
      }
      const runs = [];
      let plain = "";
      for (; place < items.length && items[place].note === undefined && items[place].href === href; place += 1) {
        const { text, bold, italic } = items[place];
        runs.push({ text, mark: (bold ? "**" : "") + (italic ? "*" : "") });
        plain += text;
      }
      add(href ? linked(emphasise(runs), plain, href) : emphasise(runs));
    }
    return line;
  };

  // The lines of a paragraph, given its items; {end: true} ends a line. Spaces are collapsed.
  const linesOf = (items) => {
    const lines = [[]];
    let open = false;
    for (const item of items) {
      if (item.end) {
        lines.push([]);
        open = false;
      } else if (item.note !== undefined) {
        lines.at(-1).push(item);
        open = true;
      } else {
        const text = item.text
          .replace(/[\u200b\ufeff\u00ad]/g, "")
          .replace(/[\s\u00a0]{2,}|[^\S\u00a0]/g, " ")
          .replace(open ? /(?!)/ : /^\s/, "");
        if (text) lines.at(-1).push({ ...item, text });
        if (text) open = !/\s$/.test(text);
      }
    }
    return lines;
  };

  const indent = (text, width) => text.replace(/\n(?=[^\n])/g, `\n${" ".repeat(width)}`);
  const quoted = (text) => text.replace(/^/gm, "> ").replace(/^> $/gm, ">");

  // The Markdown of a list, given its items: {level, ordered, number, blocks}. Items of higher levels are nested.
  const listOf = (items, other) => {
    const { level, ordered, number } = items[0];
    const groups = [];
    for (const item of items) {
      if (item.level <= level) groups.push({ ...item, under: [] });
      else groups.at(-1).under.push(item);
    }
    const sign = ordered ? (other ? ")" : ".") : other ? "*" : "-";
    const texts = groups.map(({ blocks, under }, place) => {
      const mark = ordered ? `${number + place}${sign} ` : `${sign} `;
      const inner = [...blocks];
      if (under.length > 0) inner.push({ kind: "list", text: listOf(under) });
      const text = inner.reduce((all, block) => all + (all ? (block.kind === "list" ? "\n" : "\n\n") : "") + block.text, "");
      return mark + indent(text, mark.length);
    });
    return texts.join(groups.some(({ blocks }) => blocks.filter(({ kind }) => kind !== "list").length > 1) ? "\n\n" : "\n");
  };

  // Reads a document and collects its blocks: {kind, text}.
  class Reader {
    constructor(notes, definitions) {
      this.notes = notes;
      this.definitions = definitions;
      this.blocks = [];
      this.items = [];
      this.listed = [];
    }

    inner() {
      return new Reader(this.notes, this.definitions);
    }

    read(node, marks = {}) {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) this.items.push({ ...marks, text: child.data });
        else if (child.nodeType === Node.ELEMENT_NODE && !isDropped(child)) this.element(child, marks);
      }
      return this;
    }

    element(element, marks) {
      const tag = element.tagName;
      const { note, back } = noteOf(element);
      if (tag === "BR") this.items.push({ end: true });
      else if (note && !back) this.items.push({ note });
      else if (note) return;
      else if (tag === "A" && addressOf(element)) this.read(element, { ...marksOf(element, marks), href: addressOf(element) });
      else if (BLOCKS.has(tag)) this.block(element, marks);
      else this.read(element, marksOf(element, marks));
    }

    block(element, marks) {
      this.endParagraph();
      const tag = element.tagName;
      const level = element.getAttribute("role") === "heading" ? element.getAttribute("aria-level") : tag.match(/^H([1-6])$/)?.[1];
      const inList = styleOf(element).match(/mso-list:\s*l\d+\s+level(\d+)/i);
      const indented = tag === "P" && (/Mso(?:Intense)?Quote/.test(element.className) || indentation(element) >= MIN_QUOTE_INDENT);
      const definition = this.definitions.get(element);
      if (definition !== undefined) this.note(element, definition);
      else if (level || /\bMsoTitle\b/.test(element.className)) this.heading(element, Math.min(Number(level ?? 1) + 1, 6));
      else if (inList) this.wordItem(element, Number(inList[1]));
      else if (tag === "UL" || tag === "OL") this.list(element, marks);
      else if (tag === "TABLE") this.table(element);
      else if (indented || tag === "BLOCKQUOTE") this.quote(this.inner().read(element, marksOf(element, marks)).done(), indented);
      else {
        this.read(element, marksOf(element, marks));
        this.endParagraph();
      }
    }

    endParagraph() {
      const items = this.items;
      this.items = [];
      let lines = [];
      const end = () => {
        while (lines.at(-1) === "") lines.pop();
        if (lines.length > 0) this.push("paragraph", lines.join("\\\n"));
        lines = [];
      };
      for (const line of linesOf(items)) {
        const text = escapeLine(lineOf(line, this.notes).trim());
        if (text) lines.push(text);
        else end();
      }
      end();
    }

    push(kind, text, joins = false) {
      if (kind !== "list") this.endList();
      const last = this.blocks.at(-1);
      if (joins && last?.joins) last.text += `\n>\n${text}`;
      else this.blocks.push({ kind, text, joins });
    }

    // The content of an element in one line, whatever blocks are in it; bold and italic are dropped in headings.
    words(element, isHeading) {
      const flat = this.inner();
      flat.block = (block, marks) => {
        flat.items.push({ text: " " });
        flat.read(block, marksOf(block, marks));
        flat.items.push({ text: " " });
      };
      const bare = (item) => (item.end ? { text: " " } : isHeading ? { ...item, bold: false, italic: false } : item);
      return lineOf(linesOf(flat.read(element).items.map(bare))[0], this.notes).trim();
    }

    heading(element, level) {
      const text = this.words(element, true);
      if (text) this.push("heading", `${"#".repeat(level)} ${text.replace(/#+$/, "\\$&")}`);
    }

    quote(blocks, joins = false) {
      if (blocks.length > 0) this.push("quote", quoted(textOf(blocks)), joins);
    }

    // Word exports list items as paragraphs with a level, and the bullet as text.
    wordItem(element, level) {
      const mark = [...element.querySelectorAll("[style]")].find((part) => /mso-list:\s*ignore/i.test(styleOf(part)));
      const [, sign] = (mark?.textContent ?? "").match(/^[\s\u00a0(]*([\p{L}\d]{1,5})[.)]/u) ?? [];
      const blocks = this.inner().read(element).done();
      if (blocks.length > 0) this.listed.push({ level, ordered: Boolean(sign), number: Number(sign) || 1, blocks });
    }

    list(element, marks) {
      const items = [];
      const ordered = element.tagName === "OL";
      for (const child of element.children) {
        if (isDropped(child)) continue;
        if (child.tagName === "LI") {
          const definition = this.definitions.get(child);
          if (definition !== undefined) {
            this.note(child, definition);
            continue;
          }
          const number = Number(element.getAttribute("start") ?? 1) || 0;
          const blocks = this.inner().read(child, marksOf(child, marks)).done();
          if (blocks.length > 0) items.push({ level: 1, ordered, number, blocks });
        } else {
          const blocks = this.inner().readIn(child, marks).done();
          if (items.length > 0) items.at(-1).blocks.push(...blocks);
          else this.blocks.push(...blocks);
        }
      }
      this.endList();
      this.listed = items;
      this.endList();
    }

    readIn(element, marks) {
      this.element(element, marks);
      return this;
    }

    endList() {
      const items = this.listed;
      this.listed = [];
      // A top-level item of another kind starts another list.
      while (items.length > 0) {
        const { level, ordered } = items[0];
        let end = items.findIndex((item) => item.level <= level && item.ordered !== ordered);
        if (end < 0) end = items.length;
        const last = this.blocks.at(-1);
        const other = last?.kind === "list" && last.ordered === ordered && !last.other;
        this.blocks.push({ kind: "list", text: listOf(items.splice(0, end), other), ordered, other });
      }
    }

    table(element) {
      const rows = [...element.rows].map((row) => [...row.cells]);
      if (rows.length === 0) return;
      if (rows.length === 1 && rows[0].length === 1) {
        this.read(rows[0][0]);
        this.endParagraph();
        return;
      }
      const wordsOf = (cell) => this.words(cell, cell.tagName === "TH").replace(/\|/g, "\\|");
      const texts = rows.map((cells) => cells.flatMap((cell) => [wordsOf(cell), ...Array(cell.colSpan - 1).fill("")]));
      const width = Math.max(...texts.map((cells) => cells.length));
      const row = (cells) => `| ${Array.from({ length: width }, (_, place) => cells[place] ?? "").join(" | ")} |`;
      const aligned = Array.from({ length: width }, (_, place) => SIDES[sideOf(rows.at(-1)[place])] ?? "---");
      this.push("table", [row(texts[0]), row(aligned), ...texts.slice(1).map(row)].join("\n"));
    }

    note(element, note) {
      const blocks = this.inner();
      blocks.definitions = new Map();
      const text = textOf(blocks.readIn(element, {}).done());
      this.push("note", indent(`[^${this.notes.get(note)}]: ${text}`, 4));
    }

    done() {
      this.endParagraph();
      this.endList();
      return this.blocks;
    }
  }

  const SIDES = { right: "--:", center: ":-:" };
  const sideOf = (cell) => {
    const part = cell && [cell, ...cell.querySelectorAll("p")].find((it) => it.align || styled(it, "text-align"));
    return part && (styled(part, "text-align") ?? part.align);
  };

  const textOf = (blocks) => blocks.map(({ text }) => text).join("\n\n");
  // The footnote that a link leads to, or leads back from.
  const noteOf = (link) => {
    const [, kind, back, number] = link.getAttribute("href")?.match(NOTE) ?? [];
    return { note: number && kind.toLowerCase() + number, back };
  };

  // The blocks of the footnotes: those with a link back to the text. Footnotes without text are left out.
  const findNotes = (body, first) => {
    const definitions = new Map();
    const notes = new Map();
    for (const back of body.querySelectorAll("a[href*='#']")) {
      const { note, back: isBack } = noteOf(back);
      const block = isBack && back.closest("li, p, div");
      if (!block || notes.has(note) || !block.textContent.replace(back.textContent, "").trim()) continue;
      notes.set(note, first + notes.size);
      definitions.set(block, note);
    }
    return { notes, definitions };
  };

  // The Markdown of an HTML fragment; `first` is the number of its first footnote.
  globalThis.toMarkdown = (html, first = 1) => {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    const { notes, definitions } = findNotes(body, first);
    return textOf(new Reader(notes, definitions).read(body).done());
  };
})();
