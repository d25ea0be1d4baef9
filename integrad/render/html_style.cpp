#include "integrad/render/html_style.h"

#include <array>
#include <string_view>

#include "integrad/render/colour.h"
#include "integrad/render/layout.h"

namespace integrad {
namespace {

constexpr std::string_view page_style = R"css(
*{box-sizing:border-box}
html{scroll-padding:5rem 0 3rem;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0}
.switch{position:fixed;top:0;left:0;margin:0;opacity:0;pointer-events:none}
.page{--paper:#f7f6f3;--card:#fff;--ink:#1d1e22;--soft:#5d6068;--line:#e4e2dc;--bar:#c9c7c0;
--accent:#2f4a73;color-scheme:light;min-height:100vh;background:var(--paper);color:var(--ink);
font:400 .9375rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums;overflow-x:hidden;overflow-x:clip}
.frame{max-width:70rem;margin:0 auto;padding:3.5rem 1.5rem 4rem}
h1{font:500 2rem/1.2 "Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,serif;
letter-spacing:-.01em;margin:0 0 .6rem;overflow-wrap:anywhere}
.lead{max-width:42rem;margin:0;color:var(--soft)}
.made{display:grid;grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr));gap:1rem 1.25rem;
margin:2rem 0 0;padding:1.25rem 0 0;border-top:1px solid var(--line)}
.made div{min-width:0}
.made .wide{grid-column:1/-1}
dt{font-size:.75rem;color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
)css";

constexpr std::string_view toolbar_style = R"css(
.toolbar{position:sticky;top:0;z-index:9;display:flex;flex-wrap:wrap;align-items:center;
gap:.6rem 1.25rem;margin:2rem -1rem 1.25rem;padding:.75rem 1rem;background:var(--paper);
border-bottom:1px solid var(--line)}
.legend{display:flex;align-items:center;gap:.6rem;margin-right:auto;font-size:.8125rem;
color:var(--soft)}
.ramp{display:flex;border-radius:4px;overflow:hidden}
.ramp .w{width:1.1rem;height:1rem;margin:0;padding:0;border-radius:0}
.group{display:inline-flex;border:1px solid var(--line);border-radius:8px;background:var(--card);
overflow:hidden}
.group label{padding:.3rem .75rem;font-size:.8125rem;color:var(--soft);cursor:pointer;
white-space:nowrap}
.group label+label{border-left:1px solid var(--line)}
.group label:hover{color:var(--ink)}
)css";

constexpr std::string_view card_style = R"css(
.card{display:grid;grid-template-columns:minmax(0,1fr) 15rem;column-gap:3rem;
grid-template-areas:"head head" "views classes" "foot classes";grid-template-rows:auto 1fr auto;margin:0 0 1.25rem;
padding:1.6rem 2rem 1.4rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
.card header{grid-area:head;display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem 1.5rem;
margin-bottom:.9rem}
h2{font-size:1rem;font-weight:600;margin:0;overflow-wrap:anywhere}
h2 .number{display:inline-block;min-width:1.1rem;margin-right:.4rem}
h2 .number,h2 .role{color:var(--soft);font-weight:400}
h2 .share,.target b{font-weight:600}
.share{color:var(--soft)}
.target{margin:0;color:var(--soft);overflow-wrap:anywhere}
.target b{color:var(--ink)}
.target.other{padding:0 .6rem;border:1px solid var(--line);border-radius:1rem}
.view{display:none;grid-area:views;min-width:0}
.ways{grid-area:views;min-width:0}
.text{font:400 1.1875rem/1.95 "Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",
Georgia,serif;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;tab-size:4;
max-width:46rem}
.name{margin:.5rem 0 0;font-size:.75rem;color:var(--soft)}
.empty,.unseen{color:var(--soft)}
.unseen{text-decoration:line-through 1px var(--bar)}
.w{position:relative;padding:.14em .08em;margin:0 -.08em;border-radius:4px;
-webkit-box-decoration-break:clone;box-decoration-break:clone;cursor:default}
.pieces .text .w:not(.chip){margin:0;padding:.14em 0;border-radius:0;box-shadow:inset 1px 0 var(--card)}
.chip{font:500 .75rem/1 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;
margin:0 .25em;padding:.25em .5em;border-radius:1em;vertical-align:.12em;white-space:pre}
.w.unsure{background-image:repeating-linear-gradient(135deg,transparent 0 4px,var(--bar) 4px 5px)!important}
.w:focus{outline:2px solid var(--accent);outline-offset:1px}
.w[data-tip]:hover,.w[data-tip]:focus{z-index:5}
.w[data-tip]:hover::after,.w[data-tip]:focus::after{content:attr(data-tip);position:absolute;
left:0;bottom:calc(100% + .3em);width:max-content;max-width:min(24rem,70vw);padding:.35em .7em;
border-radius:6px;background:var(--ink);color:var(--card);
font:500 .8125rem/1.4 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;
font-variant-numeric:tabular-nums;text-align:left;text-decoration:none;white-space:pre-wrap;
overflow-wrap:anywhere;direction:ltr;unicode-bidi:isolate;pointer-events:none}
.scale{margin:.5rem 0 0;font-size:.75rem;color:var(--soft)}
.classes{grid-area:classes;margin:.5rem 0 0;font-size:.8125rem}
.classes ul,.windows ol{list-style:none;margin:0;padding:0}
.classes summary,.windows summary{cursor:pointer;color:var(--soft)}
.classes details ul{margin-top:.5rem}
.classes details li{margin-bottom:.2rem}
.windows{margin:0 0 .5rem}
.windows ol{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));
gap:.3rem 1.5rem;margin:.4rem 0 .6rem}
.windows li{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:.75rem}
.windows span{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.classes li{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:.75rem;
margin-bottom:.6rem;color:var(--soft)}
.classes li.explained{color:var(--ink);font-weight:600}
.classes span{overflow-wrap:anywhere}
.classes svg,.windows svg{grid-column:1/-1;display:block;width:100%;height:5px;margin-top:.15rem;
border-radius:3px;background:var(--line);fill:var(--bar)}
.classes .explained svg{fill:var(--accent)}
.card footer{grid-area:foot;margin-top:1rem;font-size:.8125rem;color:var(--soft)}
.card footer p{margin:0 0 .3rem;overflow-wrap:anywhere}
.strongest span{display:inline-block;max-width:100%;margin-right:.9rem}
.strongest b{font-weight:600;color:var(--ink)}
.cut{color:var(--ink)}
.sum{color:var(--ink)}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static;grid-area:head;justify-self:end;align-self:start}
)css";

constexpr std::string_view small_and_print_style = R"css(
@media (max-width:46rem){
.frame{padding:1.75rem 1rem 5rem}
h1{font-size:1.6rem}
.made{grid-template-columns:repeat(2,minmax(0,1fr));gap:.75rem 1rem;margin-top:1.25rem}
.toolbar{position:static;gap:.6rem;margin:1.25rem 0 1rem;padding:.75rem 0}
.legend{flex-basis:100%}
.card{grid-template-columns:minmax(0,1fr);grid-template-areas:"head" "views" "classes" "foot";
padding:1.1rem 1.1rem 1rem}
.text{font-size:1.125rem;line-height:1.85}
.card{grid-template-rows:none}
.classes{margin-top:1rem}
.w[data-tip]:hover::after,.w[data-tip]:focus::after{position:fixed;left:1rem;right:1rem;
bottom:1rem;width:auto;max-width:none;padding:.75rem 1rem;font-size:1rem}
}
@media print{
.page{--paper:#fff;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.page *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.frame{max-width:none;padding:0}
.group,.skip,.switch{display:none}
.toolbar{position:static;margin:1.25rem 0;padding:0;border:0}
.card{display:block;padding:1rem 1.25rem;-webkit-box-decoration-break:clone;box-decoration-break:clone}
.card header{break-after:avoid}
.card footer,.classes{break-inside:avoid}
.classes{margin-top:.8rem}
.classes ul{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:0 1.5rem}
.text{font-size:11.5pt;orphans:3;widows:3}
.w[data-tip]:hover::after,.w[data-tip]:focus::after{content:none}
}
)css";

constexpr std::string_view dark_page =
    "{--paper:#16171b;--card:#1d1f24;--ink:#e9e8e4;--soft:#a3a5ad;--line:#33363d;--bar:#555961;"
    "--accent:#9db9e8;color-scheme:dark}\n";

std::string hexadecimal(Rgb colour) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "#";
  for (const std::uint8_t channel : {colour.red, colour.green, colour.blue}) {
    out += digits[channel >> 4];
    out += digits[channel & 0xf];
  }
  return out;
}

// --a piyg on light, --b piyg on dark, --c and --d the same for orange and blue; with "t", the
// text.
std::string level_style(int level) {
  struct Variant {
    std::string_view name;
    Palette palette;
    Surface surface;
  };
  constexpr std::array<Variant, 4> variants = {{{"a", Palette::piyg, Surface::light},
                                                {"b", Palette::piyg, Surface::dark},
                                                {"c", Palette::orange_blue, Surface::light},
                                                {"d", Palette::orange_blue, Surface::dark}}};
  std::string rule = (level < 0 ? ".n" : ".p") + std::to_string(level < 0 ? -level : level) + "{";
  for (const Variant& variant : variants) {
    const Rgb background =
        colour_at(variant.palette, static_cast<double>(level) / colour_levels, variant.surface);
    rule.append("--").append(variant.name).append(":").append(hexadecimal(background));
    rule.append(";--").append(variant.name).append("t:");
    rule.append(hexadecimal(text_colour_on(background))).append(";");
  }
  rule.back() = '}';
  return rule + "\n";
}

std::string paint_rule(std::string_view selector, std::string_view variable) {
  std::string rule(selector);
  rule.append(".page .w{background:var(--").append(variable).append(");color:var(--");
  return rule.append(variable).append("t)}\n");
}

std::string dark_rules(const std::string& theme) {
  return theme + "~.page" + std::string(dark_page) + paint_rule(theme + "~", "b") +
         paint_rule(theme + "~#palette-orange_blue:checked~", "d");
}

// A switch's label when it is on, and when the keyboard is on it.
std::string switch_rules() {
  std::string on, focused;
  for (const std::string_view id :
       {"view-word", "view-token", "view-sentence", "palette-piyg", "palette-orange_blue",
        "theme-auto", "theme-light", "theme-dark"}) {
    const std::string name(id);
    const std::string comma = on.empty() ? "" : ",\n";
    on += comma + "#" + name + ":checked~.page label[for=" + name + "]";
    focused += comma + "#" + name + ":focus-visible~.page label[for=" + name + "]";
  }
  return on + "{background:var(--accent);color:var(--card)}\n" + focused +
         "{outline:2px solid var(--ink);outline-offset:-2px}\n" +
         "#view-word:checked~.page .words,#view-token:checked~.page .pieces,\n"
         "#view-sentence:checked~.page .sentences{display:block}\n";
}

}  // namespace

std::string html_style() {
  std::string style;
  for (const std::string_view part : {page_style, card_style, toolbar_style}) style += part;
  for (int level = -colour_levels; level <= colour_levels; ++level) {
    if (level != 0) style += level_style(level);
  }
  style += switch_rules();
  style += paint_rule("", "a");
  style += paint_rule("#palette-orange_blue:checked~", "c");
  style += "@media screen{\n" + dark_rules("#theme-dark:checked") + "}\n";
  style += "@media screen and (prefers-color-scheme:dark){\n" + dark_rules("#theme-auto:checked") +
           "}\n";
  style += small_and_print_style;
  return style;
}

}  // namespace integrad
