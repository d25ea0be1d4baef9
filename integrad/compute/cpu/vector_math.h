// Branch-free exp and erf on float, written so that compilers vectorise the loops around them.
// Included only by row_kernels.cpp, inside the namespace of one instruction set: everything here
// has internal linkage, and no header of the standard library may be included.
// Coefficients: minimax fits (weighted least squares, Lawson) made for this file.

/// 2 → 1 ulp accurate exp; 0 below the smallest normal number, saturates above e⁸⁸.
static inline float exp_of(float x) {
  const float bounded = x > 88.37f ? 88.37f : (x < -87.33f ? -87.33f : x);
  const float k = (bounded * 1.44269504f + 12582912.0f) - 12582912.0f;  // nearest integer
  const float r = (bounded - k * 0.693145752f) - k * 1.42860677e-6f;    // x − k log 2, two parts
  float p = 0.0013814610f;
  p = p * r + 0.0083687101f;
  p = p * r + 0.0416683890f;
  p = p * r + 0.1666652113f;
  p = p * r + 0.4999999404f;
  const float e_r = 1.0f + (r + r * r * p);
  const float power = __builtin_bit_cast(float, (static_cast<int>(k) + 127) << 23);  // 2ᵏ
  return x < -87.33f ? 0.0f : e_r * power;
}

/// x + x P(x²) up to 1, 1 − exp(−Q(|x|)) beyond; within 2 ulp.
static inline float erf_of(float x) {
  const float a = x < 0.0f ? -x : x;
  const float s = x * x;
  float p = 7.854024443e-5f;
  p = p * s - 8.010247257e-4f;
  p = p * s + 5.188334268e-3f;
  p = p * s - 2.685381658e-2f;
  p = p * s + 1.128358543e-1f;
  p = p * s - 3.761262596e-1f;
  p = p * s + 0.128379167f;
  const float t = a > 4.0f ? 4.0f : a;
  float q = 2.165216574e-5f;
  q = q * t - 4.409411049e-4f;
  q = q * t + 4.202672280e-3f;
  q = q * t - 2.520334348e-2f;
  q = q * t + 1.084110662e-1f;
  q = q * t + 6.332266331e-1f;
  q = q * t + 1.129575133f;
  q = q * t - 1.873589208e-4f;
  const float beyond = 1.0f - exp_of(-q);
  return a < 1.0f ? x + x * p : (x < 0.0f ? -beyond : beyond);
}

static inline float sigmoid_of(float x) { return 1.0f / (1.0f + exp_of(-x)); }
