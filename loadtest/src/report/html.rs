//! The report as one HTML file that needs nothing else: no script, no network, light or dark as the reader prefers.

use super::document::{Block, Document, Section, Table};
use super::plot::{self, put};

const STYLE: &str = "\
*{box-sizing:border-box}\
body{margin:0 auto;max-width:70rem;padding:1.5rem 1.25rem 4rem;background:var(--paper);color:var(--ink);\
font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}\
h1{font-size:1.9rem;line-height:1.2;margin:.5rem 0}\
h2{font-size:1.35rem;margin:3rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--line)}\
p{max-width:46rem;margin:.75rem 0}\
.subtitle,.caption,figcaption,.figures span{color:var(--muted)}\
nav{margin:1rem 0}\
nav a{display:inline-block;margin:0 1rem .25rem 0}\
a{color:var(--c0)}\
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0;\
list-style:none}\
.figures li{background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem}\
.figures b{display:block;font-size:1.35rem;line-height:1.3;font-variant-numeric:tabular-nums}\
.figures span{font-size:.875rem;line-height:1.35;display:block}\
.caveat{background:var(--warn-soft);border-left:4px solid var(--warn);border-radius:.25rem;padding:.5rem .9rem}\
.caveat b{color:var(--warn)}\
.wide{overflow-x:auto;margin:0 0 1.25rem}\
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;overflow-wrap:normal}\
.caption{font-size:.9rem;margin:1.5rem 0 .25rem}\
th,td{padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}\
th{font-weight:600;white-space:nowrap}\
td:first-child:not(.n){min-width:8rem}\
td.n,th.n{text-align:right;white-space:nowrap}\
figure{margin:1.5rem 0}\
.plot{display:block;width:100%;min-width:34rem;max-width:46rem;height:auto}\
figcaption{font-size:.9rem;max-width:46rem}\
@media print{body{max-width:none}h2{break-after:avoid}figure,tr{break-inside:avoid}}";

/// The document in HTML.
pub fn write(document: &Document) -> String {
    let Document { title, subtitle, sections } = document;
    let (title, subtitle) = (escaped(title), escaped(subtitle));
    let (light, dark, plots) = (plot::LIGHT, plot::DARK, plot::STYLE);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>:root{{color-scheme:light dark;{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{STYLE}{plots}\
         </style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n<p class=\"subtitle\">{subtitle}</p>\n</header>\n\
         <nav aria-label=\"Sections\">\n"
    );
    for Section { id, title, .. } in sections {
        put(&mut out, format_args!("<a href=\"#{id}\">{}</a>\n", escaped(title)));
    }
    out.push_str("</nav>\n<main>\n");
    for Section { id, title, blocks } in sections {
        put(&mut out, format_args!("<section>\n<h2 id=\"{id}\">{}</h2>\n", escaped(title)));
        for block in blocks {
            add_block(&mut out, block);
        }
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn add_block(out: &mut String, block: &Block) {
    match block {
        Block::Text(text) => put(out, format_args!("<p>{}</p>\n", escaped(text))),
        Block::Caveat(text) => {
            put(out, format_args!("<p class=\"caveat\"><b>Mind:</b> {}</p>\n", escaped(text)));
        }
        Block::Figures(figures) => {
            out.push_str("<ul class=\"figures\">\n");
            for (value, meaning) in figures {
                let (value, meaning) = (escaped(value), escaped(meaning));
                put(out, format_args!("<li><b>{value}</b><span>{meaning}</span></li>\n"));
            }
            out.push_str("</ul>\n");
        }
        Block::Table(table) => add_table(out, table),
        Block::Plot(plot) => {
            let (drawn, title) = (plot::inline(plot), escaped(&plot.title));
            put(
                out,
                format_args!(
                    "<figure><div class=\"wide\">{drawn}</div><figcaption>{title}</figcaption></figure>\n"
                ),
            );
        }
    }
}

fn add_table(out: &mut String, table: &Table) {
    let caption = escaped(&table.caption);
    put(out, format_args!("<p class=\"caption\">{caption}</p>\n<div class=\"wide\"><table>\n<thead><tr>"));
    let class = |is_number: bool| if is_number { " class=\"n\"" } else { "" };
    for column in &table.head {
        let (class, name) = (class(column.is_number), escaped(&column.name));
        put(out, format_args!("<th scope=\"col\"{class}>{name}</th>"));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (cell, column) in row.iter().zip(&table.head) {
            put(out, format_args!("<td{}>{}</td>", class(column.is_number), escaped(cell)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

/// A text as it stands in HTML and in SVG, attributes included. What XML cannot hold becomes the replacement character.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
