#include "integrad/text/decoder.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include "integrad/text/byte_level.h"
#include "integrad/text/normalized_text.h"
#include "integrad/text/tokenizer.h"
#include "integrad/text/utf8.h"

namespace integrad {
namespace {

using Strings = std::vector<std::string>;
using Replacement = std::pair<std::string_view, std::string_view>;

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  if (from.empty()) {  // between all characters and at both ends, as Rust's str::replace
    std::string result(to);
    for (const char32_t code : decode_all(text)) {
      append_utf8(code, result);
      result += to;
    }
    return result;
  }
  std::string result;
  std::size_t start = 0;
  for (std::size_t at = text.find(from); at != std::string_view::npos;
       at = text.find(from, start)) {
    result += text.substr(start, at - start);
    result += to;
    start = at + from.size();
  }
  return result += text.substr(start);
}

// `with_do_not`: the decoders of the tokenizers library know one rule more than transformers.
std::string clean_up(std::string text, bool with_do_not) {
  constexpr Replacement replacements[] = {{" .", "."},     {" ?", "?"},           {" !", "!"},
                                          {" ,", ","},     {" ' ", "'"},          {" n't", "n't"},
                                          {" 'm", "'m"},   {" do not", " don't"}, {" 's", "'s"},
                                          {" 've", "'ve"}, {" 're", "'re"}};
  for (const auto& [from, to] : replacements) {
    if (with_do_not || from != " do not") text = replace_all(text, from, to);
  }
  return text;
}

// The byte that a piece stands for.
std::optional<char> fallback_byte(std::string_view piece) {
  if (piece.size() != 6 || !piece.starts_with("<0x") || !piece.ends_with('>')) return std::nullopt;
  std::string_view digits = piece.substr(3, 2);
  if (digits.starts_with('+')) digits.remove_prefix(1);  // Rust's parser takes a sign
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return static_cast<char>(value);
}

std::string strip(const StripDecoder& options, const std::string& piece) {
  const std::u32string codes = decode_all(piece);
  std::size_t start = 0;
  while (start < std::min(options.start, codes.size()) && codes[start] == options.content) ++start;
  std::size_t stop = codes.size();
  for (std::size_t k = 0; k < options.stop && stop > start; ++k) {
    if (codes[stop - 1] != options.content) break;
    --stop;
  }
  std::string result;
  for (std::size_t k = start; k < stop; ++k) append_utf8(codes[k], result);
  return result;
}

struct Decode {
  Strings& pieces;

  void operator()(const WordPieceDecoder& options) const {
    for (std::size_t k = 0; k < pieces.size(); ++k) {
      std::string& piece = pieces[k];
      if (k > 0) {
        piece =
            piece.starts_with(options.prefix) ? piece.substr(options.prefix.size()) : " " + piece;
      }
      if (options.cleanup) piece = clean_up(std::move(piece), true);
    }
  }
  void operator()(ByteLevelDecoder) const {
    std::string bytes;
    for (const std::string& piece : pieces) {
      std::string decoded;
      bool all = true;
      for (const char32_t code : decode_all(piece)) {
        const auto byte = byte_of_character(code);
        all = all && byte.has_value();
        decoded.push_back(static_cast<char>(byte.value_or(0)));
      }
      bytes += all ? decoded : piece;
    }
    pieces = {repair_utf8(bytes)};
  }
  void operator()(MetaspaceDecoder options) const {
    for (std::size_t k = 0; k < pieces.size(); ++k) {
      std::string decoded;
      for (const char32_t code : decode_all(pieces[k])) {
        if (code != options.replacement) {
          append_utf8(code, decoded);
        } else if (k > 0 || !options.prepended) {
          decoded.push_back(' ');
        }
      }
      pieces[k] = std::move(decoded);
    }
  }
  void operator()(const BpeDecoder& options) const {
    for (std::size_t k = 0; k < pieces.size(); ++k) {
      pieces[k] = replace_all(pieces[k], options.suffix, k + 1 == pieces.size() ? "" : " ");
    }
  }
  void operator()(const ReplaceDecoder& options) const {
    for (std::string& piece : pieces) {
      if (piece.empty()) continue;
      const std::u32string codes = decode_all(piece);
      std::string replaced;
      std::size_t covered = 0;
      const auto keep = [&](std::size_t end) {
        for (; covered < end; ++covered) append_utf8(codes[covered], replaced);
      };
      for (const CharacterRange& match : options.pattern.find_all(codes)) {
        keep(match.start);
        replaced += options.content;
        covered = match.end;
      }
      keep(codes.size());
      piece = std::move(replaced);
    }
  }
  void operator()(ByteFallbackDecoder) const {
    Strings decoded;
    std::string bytes;
    const auto flush = [&] {
      if (bytes.empty()) return;
      if (!find_invalid_utf8(bytes)) {
        decoded.push_back(bytes);
      } else {
        decoded.insert(decoded.end(), bytes.size(), "\uFFFD");
      }
      bytes.clear();
    };
    for (std::string& piece : pieces) {
      if (const auto byte = fallback_byte(piece)) {
        bytes.push_back(*byte);
        continue;
      }
      flush();
      decoded.push_back(std::move(piece));
    }
    flush();
    pieces = std::move(decoded);
  }
  void operator()(FuseDecoder) const {
    std::string fused;
    for (const std::string& piece : pieces) fused += piece;
    pieces = {fused};
  }
  void operator()(const StripDecoder& options) const {
    for (std::string& piece : pieces) piece = strip(options, piece);
  }
  void operator()(const CtcDecoder& options) const {
    pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
    for (std::string& piece : pieces) {
      piece = replace_all(piece, options.pad_token, "");
      if (!options.cleanup) continue;
      piece = replace_all(clean_up(std::move(piece), true), options.word_delimiter_token, " ");
    }
    std::erase_if(pieces, [](const std::string& piece) { return piece.empty(); });
  }
};

}  // namespace

std::string Decoder::decode(Strings pieces) const {
  for (const DecoderStep& step : steps) std::visit(Decode{pieces}, step);
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  return text;
}

std::string clean_up_spaces(std::string text) { return clean_up(std::move(text), false); }

}  // namespace integrad
