"use strict";
// Makes the headers of every table buttons that sort by their column; the page is complete without it.
(() => {
  const words = new Intl.Collator("en", { numeric: true });

  function key(row, column, numeric) {
    const cell = row.cells[column];
    if (!numeric) return cell.textContent;
    return cell.dataset.value === "" ? null : Number(cell.dataset.value);
  }

  function order(a, b, numeric, sign) {
    if (a === null || b === null) return (a === null) - (b === null); // what is absent stays last
    return sign * (numeric ? a - b : words.compare(a, b));
  }

  function sort(table, header) {
    const descending = header.getAttribute("aria-sort") === "ascending";
    const numeric = header.classList.contains("number");
    const column = header.cellIndex;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [key(row, column, numeric), row]);
    rows.sort(([a], [b]) => order(a, b, numeric, descending ? -1 : 1));
    body.append(...rows.map(([, row]) => row));
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    if (table.tBodies[0].rows.length < 2) continue;
    for (const header of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(table, header));
      header.append(button);
    }
  }
})();
