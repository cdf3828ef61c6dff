"use strict";
// Puts a field above every long table that leaves only the rows with all its words; the page is complete without it.
(() => {
  const LONG = 15;

  function filter(table, wanted, count) {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = Array.from(table.tBodies[0].rows);
    for (const row of rows) {
      const content = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => content.includes(word));
    }
    const left = rows.filter((row) => !row.hidden).length;
    count.textContent = words.length ? `${left} of ${rows.length} rows` : "";
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    if (table.tBodies[0].rows.length < LONG) continue;
    const label = document.createElement("label");
    const field = document.createElement("input");
    const count = document.createElement("output");
    field.type = "search";
    field.placeholder = "words, all of them";
    field.addEventListener("input", () => filter(table, field.value, count));
    label.append("Only rows with ", field, " ", count);
    label.className = "filter";
    table.closest(".scroll").before(label);
  }
})();
