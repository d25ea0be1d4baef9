// How what stands behind the last block is integrated.
#pragma once

#include <string_view>

namespace integrad {

enum class HeadIntegral {
  automatic,  // exact with Quadrature::automatic where the head has a ReLU (DistilBERT), else
              // sampled
  sampled,    // at the nodes, as all of the network
  exact,      // its derivative is averaged along the path (head_average.h)
};

/// The one called `name`: "auto", "sampled", "exact"; throws UsageError listing the names.
HeadIntegral parse_head_integral(std::string_view name);
std::string_view to_string(HeadIntegral head);

}  // namespace integrad
