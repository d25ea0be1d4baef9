// A fixture's text as the network reads it.
#pragma once

#include "integrad/models/positions.h"
#include "integrad/models/token_batch.h"
#include "tests/support/model_fixture.h"

namespace integrad::testing {

inline TokenBatch batch_of(const ModelFixture& fixture, Index text) {
  TokenBatch batch;
  batch.ids = fixture.arrays.integers(fixture.key(text, "input_ids"));
  const std::string types = fixture.key(text, "token_type_ids");
  batch.type_ids = fixture.arrays.contains(types) ? fixture.arrays.integers(types)
                                                  : std::vector<std::int32_t>(batch.ids.size());
  batch.positions = position_ids(read_model_config(ConfigFile::load(fixture.directory)), batch.ids);
  batch.sequences.append(static_cast<Index>(batch.ids.size()));
  return batch;
}

}  // namespace integrad::testing
