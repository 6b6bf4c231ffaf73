// SPDX-License-Identifier: Apache-2.0
#include "sim/report/page.h"

#include <fmt/format.h>

#include "sim/report/svg.h"

namespace vqrom::report {
namespace {

// Series colours keep their order in both themes and differ in lightness for colour-blind readers.
constexpr std::string_view kStyle = R"css(
:root{--paper:#fff;--ink:#1b2430;--soft:#5b6673;--line:#dfe4ea;--s0:#2f6db5;--s1:#e0862f;--s2:#2a9d8f;
--s3:#b0457b;--s4:#8a93a0;--s5:#c9b458;--s6:#7a5fc0;--m0:#111;--m1:#c0392b}
@media(prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e7ebf0;--soft:#9aa5b1;--line:#2c343d;
--s0:#5b9be0;--s1:#f0a050;--s2:#4cc0b0;--s3:#d873a5;--s4:#77828f;--s5:#e0cc70;--s6:#a48ce8;--m0:#fff;--m1:#ff7b6b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:920px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:40px 0 6px;padding-top:14px;
border-top:1px solid var(--line)}
.lead{color:var(--soft);margin:0 0 16px}p{margin:6px 0 10px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:minmax(120px,max-content) 1fr;gap:4px 18px;margin:0}
dt{color:var(--soft)}dd{margin:0}
figure{margin:10px 0;overflow-x:auto}figcaption{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
svg{width:100%;min-width:640px;height:auto;font:12px system-ui,sans-serif}svg text{fill:var(--ink)}
svg .axis,svg .note{fill:var(--soft)}svg .grid{stroke:var(--line)}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}
.s5{fill:var(--s5)}.s6{fill:var(--s6)}.cut{fill:var(--paper)}.m0{fill:var(--m0)}.m1{fill:var(--m1)}
details{margin:6px 0}summary{cursor:pointer;color:var(--soft)}.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:3px 10px;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
th:first-child,td:first-child,.words{text-align:left}
@media print{details{display:none}h2{break-after:avoid}figure{break-inside:avoid}}
)css";

}  // namespace

std::string html_page(const std::string& title, const std::vector<Section>& sections) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">";
  html +=
      fmt::format("<title>{}</title><style>{}</style></head><body><main>\n", escape(title), kStyle);
  html += fmt::format(
      "<h1>{}</h1><p class=\"lead\">One universal codebook in ROM: size, accuracy, cycles and "
      "area, "
      "as measured.</p>\n<dl>",
      escape(title));
  for (const Section& section : sections) {
    html += fmt::format("<dt>{}</dt><dd>{}</dd>", escape(section.title), escape(section.text));
  }
  html += "</dl>\n";
  for (const Section& section : sections) {
    html += fmt::format("<section><h2>{}</h2>{}</section>\n", escape(section.title), section.html);
  }
  return html + "</main></body></html>\n";
}

std::string terminal_summary(const std::vector<Section>& sections) {
  std::string text;
  for (const Section& section : sections) {
    text += fmt::format("{}\n  {}\n", section.title, section.text);
  }
  return text;
}

}  // namespace vqrom::report
