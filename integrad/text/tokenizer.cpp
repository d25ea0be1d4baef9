#include "integrad/text/tokenizer.h"

#include "integrad/text/tokenizer_files.h"
#include "integrad/text/tokenizer_parts.h"

namespace integrad {

struct Tokenizer::Parts : TokenizerParts {};

Tokenizer::Tokenizer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Tokenizer Tokenizer::load(const std::filesystem::path& checkpoint_directory) {
  return Tokenizer(std::make_unique<Parts>(Parts{read_tokenizer(checkpoint_directory)}));
}

Encoding Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  return parts_->encode(text, nullptr, options);
}

Encoding Tokenizer::encode_pair(std::string_view text, std::string_view pair,
                                const EncodeOptions& options) const {
  return parts_->encode(text, pair.empty() ? nullptr : &pair, options);
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids,
                              const DecodeOptions& options) const {
  return parts_->decode(ids, options);
}

const SpecialTokens& Tokenizer::special_tokens() const { return parts_->special_tokens; }

std::optional<std::ptrdiff_t> Tokenizer::model_max_length() const {
  return parts_->model_max_length;
}

std::int32_t Tokenizer::vocabulary_size() const { return parts_->id_end(); }

std::string Tokenizer::token(std::int32_t id) const {
  return std::string(parts_->token(id).value_or(std::string_view()));
}

std::optional<std::int32_t> Tokenizer::id(std::string_view token) const {
  return parts_->id(token);
}

}  // namespace integrad
