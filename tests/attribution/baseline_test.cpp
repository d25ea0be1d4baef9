#include "integrad/attribution/baseline.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"
#include "tests/support/model_fixture.h"

namespace integrad {
namespace {

class BaselineTest : public ::testing::Test {
 protected:
  Tokenizer tokenizer = Tokenizer::load(testing::fixtures / "models/bert");
  Encoding text = tokenizer.encode("I love you ☃");  // the snowman is unknown: [UNK]
  std::vector<std::int32_t> ids(std::string_view name) {
    return Baseline::parse(name).ids(text.ids, tokenizer);
  }
};

TEST_F(BaselineTest, SpecialTokensKeepTheirIds) {
  const SpecialTokens& special = tokenizer.special_tokens();
  for (const auto& [name, id] : {std::pair{"pad", special.pad}, {"mask", special.mask}}) {
    const auto baseline = ids(name);
    const std::vector<std::int32_t> expected{*special.cls, *id,          *id,
                                             *id,          *special.unk, *special.sep};
    EXPECT_EQ(baseline, expected) << name;
  }
  EXPECT_EQ(ids("unk")[1], *special.unk);
}

TEST_F(BaselineTest, AnotherTextIsCutOrFilledWithPad) {
  const SpecialTokens& special = tokenizer.special_tokens();
  const auto shorter = ids("text:you");
  EXPECT_EQ(shorter[1], text.ids[3]);
  EXPECT_EQ(shorter[2], *special.pad);
  EXPECT_EQ(shorter[0], *special.cls);
  const auto longer = ids("text:you love you love you love you");
  EXPECT_EQ(longer.size(), text.ids.size());
  EXPECT_EQ(longer[3], text.ids[3]);
  EXPECT_EQ(longer[4], *special.unk);
  EXPECT_EQ(ids("text:"), ids("pad"));
}

TEST_F(BaselineTest, GivenIds) {
  EXPECT_EQ(ids("ids:7")[1], 7);
  EXPECT_EQ(ids("ids:7")[0], *tokenizer.special_tokens().cls);
  EXPECT_EQ(ids("ids:1,2,3,4,5,6"), (std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_THROW(ids("ids:1,2"), UsageError);
}

TEST_F(BaselineTest, MalformedNames) {
  for (const char* name :
       {"", "PAD", "ids:", "ids:1,,2", "ids:1,", "ids:-1", "ids:x", "ids:99999999999", "0"}) {
    EXPECT_THROW(Baseline::parse(name), UsageError) << name;
  }
}

}  // namespace
}  // namespace integrad
