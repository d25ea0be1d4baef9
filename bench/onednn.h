// oneDNN's plain matrix products, to measure ours beside.
#pragma once

#include <memory>

#include "integrad/base/matrix.h"
#include "integrad/compute/precision.h"

namespace integrad::bench {

/// c (rows × columns) = a (rows × inner) · b (inner × columns), operands in oneDNN's own layouts,
/// packed beforehand: the best it can do.
class OneDnnProduct {
 public:
  OneDnnProduct(Index rows, Index inner, Index columns, Precision precision);
  ~OneDnnProduct();
  void run();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace integrad::bench
