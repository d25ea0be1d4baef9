// From what checks of an integral missed to errors of its rows.
#pragma once

#include <vector>

namespace integrad {

double norm(const std::vector<double>& values);

struct ErrorBars {
  double missed = 0;           // the larger of ‖rows‖ and gap
  double size = 0;             // ‖attributions‖: a tolerance bounds missed / size
  std::vector<double> errors;  // one a row, not negative
  double relative_error = 0;   // ‖errors‖ / size
};

/// `rows`: what a check says otherwise of each row; `gap`: what their sum misses, where that is
/// known. Reported are twice these, so that they are rarely too small; what of the gap no row
/// accounts for, and the rounding of the arithmetic (relative), are shared by all rows that are not
/// exactly 0.
ErrorBars error_bars(const std::vector<double>& attributions, const std::vector<double>& rows,
                     double gap, double rounding);

}  // namespace integrad
