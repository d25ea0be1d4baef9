#include "integrad/text/tokenizer_family.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace integrad {
namespace {

using Name = std::pair<std::string_view, TokenizerClass>;
using enum TokenizerClass;

constexpr std::array<Name, 27> class_names = {{{"Bert", bert},
                                               {"ConvBert", bert},
                                               {"DistilBert", bert},
                                               {"Electra", bert},
                                               {"LayoutLM", bert},
                                               {"Lxmert", bert},
                                               {"MobileBert", bert},
                                               {"RetriBert", bert},
                                               {"SqueezeBert", bert},
                                               {"Realm", bert},
                                               {"DPRReader", bert},
                                               {"DPRContextEncoder", bert},
                                               {"MegatronBert", bert},
                                               {"DPRQuestionEncoder", bert},
                                               {"MPNet", mpnet},
                                               {"Roberta", roberta},
                                               {"Longformer", roberta},
                                               {"Bart", roberta},
                                               {"LED", roberta},
                                               {"Mvp", roberta},
                                               {"LayoutLMv3", roberta},
                                               {"Deberta", deberta},
                                               {"Albert", albert},
                                               {"XLMRoberta", xlm_roberta},
                                               {"Camembert", camembert},
                                               {"DebertaV2", deberta_v2},
                                               {"", none}}};

// config.json's model_type where that decides the class because no file names one.
constexpr std::array<Name, 25> model_types = {{{"bert", bert},
                                               {"convbert", bert},
                                               {"distilbert", bert},
                                               {"electra", bert},
                                               {"ernie", bert},
                                               {"layoutlm", bert},
                                               {"lxmert", bert},
                                               {"nezha", bert},
                                               {"mobilebert", bert},
                                               {"qdqbert", bert},
                                               {"megatron-bert", bert},
                                               {"squeezebert", bert},
                                               {"visual_bert", bert},
                                               {"mpnet", mpnet},
                                               {"roberta", roberta},
                                               {"longformer", roberta},
                                               {"bart", roberta},
                                               {"data2vec-text", roberta},
                                               {"deberta", deberta},
                                               {"albert", albert},
                                               {"xlm-roberta", xlm_roberta},
                                               {"xlm-roberta-xl", xlm_roberta},
                                               {"camembert", camembert},
                                               {"deberta-v2", deberta_v2},
                                               {"", none}}};

TokenizerClass look_up(std::span<const Name> names, std::string_view name) {
  const auto found = std::ranges::find(names, name, &Name::first);
  return found == names.end() ? other : found->second;
}

using Roles = std::array<std::pair<std::string_view, std::string_view>, 5>;

constexpr Roles bert_names = {{{"unk_token", "[UNK]"},
                               {"sep_token", "[SEP]"},
                               {"pad_token", "[PAD]"},
                               {"cls_token", "[CLS]"},
                               {"mask_token", "[MASK]"}}};
constexpr Roles mpnet_names = {{{"unk_token", "[UNK]"},
                                {"sep_token", "</s>"},
                                {"pad_token", "<pad>"},
                                {"cls_token", "<s>"},
                                {"mask_token", "<mask>"}}};
constexpr Roles roberta_names = {{{"unk_token", "<unk>"},
                                  {"sep_token", "</s>"},
                                  {"pad_token", "<pad>"},
                                  {"cls_token", "<s>"},
                                  {"mask_token", "<mask>"}}};
constexpr Roles albert_names = {{{"unk_token", "<unk>"},
                                 {"sep_token", "[SEP]"},
                                 {"pad_token", "<pad>"},
                                 {"cls_token", "[CLS]"},
                                 {"mask_token", "[MASK]"}}};

const Roles& names_of(TokenizerClass kind) {
  switch (kind) {
    case mpnet:
      return mpnet_names;
    case roberta:
    case xlm_roberta:
    case camembert:
      return roberta_names;
    case albert:
      return albert_names;
    case bert:
    case deberta:
    case deberta_v2:
    case other:
    case none:
      break;
  }
  return bert_names;
}

}  // namespace

TokenizerClass classify_tokenizer(std::string_view class_name, std::string_view model_type) {
  if (class_name.empty()) return look_up(model_types, model_type);
  for (const std::string_view suffix : {"TokenizerFast", "Tokenizer"}) {
    if (!class_name.ends_with(suffix)) continue;
    class_name.remove_suffix(suffix.size());
    break;
  }
  return class_name.empty() ? other : look_up(class_names, class_name);
}

AddedToken plain_special_token(TokenizerClass kind, std::string_view role, std::string content) {
  AddedToken token;
  token.content = std::move(content);
  token.special = true;
  const bool mask = role == "mask_token";
  token.lstrip = mask && kind != bert && kind != deberta_v2 && kind != other && kind != none;
  token.normalized = kind == mpnet || (kind == roberta && !mask) || (kind == deberta && mask) ||
                     (kind == deberta_v2 && role == "unk_token");
  return token;
}

bool has_own_flags(TokenizerClass kind, const NamedToken& named) {
  if (named.origin == TokenOrigin::file || kind == mpnet) return true;
  return named.role == "mask_token" &&
         (kind == roberta || kind == albert || kind == xlm_roberta || kind == camembert);
}

std::vector<NamedToken> default_special_tokens(TokenizerClass kind) {
  std::vector<NamedToken> tokens;
  for (const auto& [role, name] : names_of(kind)) {
    tokens.push_back({std::string(role), plain_special_token(kind, role, std::string(name))});
  }
  if (kind == camembert) {
    for (const char* name : {"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"}) {
      tokens.push_back({"additional_special_tokens", plain_special_token(kind, "", name)});
    }
  }
  return tokens;
}

}  // namespace integrad
