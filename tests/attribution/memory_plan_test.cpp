// Sizes known before anything is computed: what a memory limit holds for a model like BERT-base.
#include "integrad/attribution/memory_plan.h"

#include <gtest/gtest.h>

#include "integrad/base/error.h"

namespace integrad {
namespace {

constexpr Index mebibyte = Index{1} << 20;

ModelConfig bert_base() {
  ModelConfig config;
  config.hidden_size = 768;
  config.inner_size = 3072;
  config.blocks = 12;
  config.heads = 12;
  config.positions = config.longest = 512;
  config.word_size = config.embeddings_size = 768;
  config.embeddings = EmbeddingsOptions{.words = 768, .hidden = 768, .positions = 512};
  config.labels = {"no", "yes"};
  return config;
}

MemoryNeeds needs_of(const ModelConfig& config) {
  MemoryNeeds needs{.config = config, .cut = Cut::embeddings};
  needs.chain.lifted = true;
  needs.threads = 4;
  needs.nodes = 50;
  return needs;
}

Index total(MemoryNeeds needs, const ChunkPlan& plan, Index length) {
  needs.chain.keep_traces = plan.keep_traces;
  return group_cost(needs).of(1, length) + fixed_bytes(needs, length) +
         chunk_cost(needs).of(plan.rows / length, plan.rows);
}

TEST(MemoryPlan, LongestTextOfBertBaseIn128MiB) {
  const ModelConfig config = bert_base();
  const MemoryNeeds needs = needs_of(config);
  const Index used = group_cost(needs).of(1, 512) + fixed_bytes(needs, 512);
  const ChunkPlan small = plan_chunks(needs, 128 * mebibyte, used, {512, 512, 512, 512});
  EXPECT_FALSE(small.keep_traces);
  EXPECT_GE(small.rows, 512);
  RecordProperty("bytes", static_cast<int>(total(needs, {512, 512, false}, 512)));
  EXPECT_LE(total(needs, {512, 512, false}, 512), 104 * mebibyte);
  const ChunkPlan large = plan_chunks(needs, 1024 * mebibyte, used, {512, 512, 512, 512});
  EXPECT_TRUE(large.keep_traces);
  EXPECT_EQ(large.rows, 1024);
}

TEST(MemoryPlan, TooLittleSaysHowMuch) {
  const ModelConfig config = bert_base();
  const MemoryNeeds needs = needs_of(config);
  const Index used = group_cost(needs).of(1, 512) + fixed_bytes(needs, 512);
  try {
    plan_chunks(needs, 64 * mebibyte, used, {512, 512, 512, 512});
    FAIL();
  } catch (const UsageError& error) {
    const std::string message = error.what();
    const auto at = message.find("at least ");
    ASSERT_NE(at, std::string::npos) << message;
    const Index enough = std::stol(message.substr(at + 9)) * mebibyte;
    EXPECT_NO_THROW(plan_chunks(needs, enough, used, {512, 512, 512, 512}));
    EXPECT_THROW(plan_chunks(needs, enough - 2 * mebibyte, used, {512, 512, 512, 512}), UsageError);
  }
}

/// Whatever is asked, group and chunk stay under the limit together, or it is refused.
TEST(MemoryPlan, StaysUnderTheLimit) {
  const ModelConfig config = bert_base();
  int accepted = 0;
  for (const Index limit : {100, 128, 200, 512, 1024, 4096}) {
    for (const Index nodes : {2, 50, 10000}) {
      for (const Index targets : {1, 2}) {
        for (const bool full : {false, true}) {
          for (const Index length : {1, 3, 128, 512}) {
            MemoryNeeds needs = needs_of(config);
            needs.nodes = nodes;
            needs.targets = targets;
            needs.full_attributions = full;
            try {
              const ChunkPlan plan =
                  plan_chunks(needs, limit * mebibyte,
                              group_cost(needs).of(1, length) + fixed_bytes(needs, length),
                              {length, length, length, length});
              EXPECT_LE(total(needs, plan, length), limit * mebibyte);
              EXPECT_GE(plan.rows, length);
              ++accepted;
            } catch (const UsageError&) {
              EXPECT_LT(limit, 200) << nodes << " nodes, " << length << " tokens";
            }
          }
        }
      }
    }
  }
  EXPECT_GT(accepted, 250);
}

}  // namespace
}  // namespace integrad
