// A model that is nowhere: Python has a type of its own for what is not found.
#pragma once

#include "integrad/hub/hub_error.h"

namespace integrad::python {

/// FileNotFoundError in Python, and HubError.
class MissingModel : public HubError {
 public:
  explicit MissingModel(const HubError& error) : HubError(error.kind(), error.what()) {}
};

/// Whether an error says that there is no such model, rather than that it could not be fetched.
inline bool says_missing(HubFailure kind) {
  switch (kind) {
    case HubFailure::no_such_model_here:
    case HubFailure::not_cached:
    case HubFailure::model_not_found:
    case HubFailure::revision_not_found:
    case HubFailure::file_not_found:
      return true;
    default:
      return false;
  }
}

}  // namespace integrad::python
