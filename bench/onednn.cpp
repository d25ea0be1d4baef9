#include "bench/onednn.h"

#include <dnnl.hpp>

namespace integrad::bench {

struct OneDnnProduct::Parts {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::matmul product;
  dnnl::memory a, b, c;
};

OneDnnProduct::OneDnnProduct(Index rows, Index inner, Index columns, Precision precision)
    : parts_(std::make_unique<Parts>()) {
  using Description = dnnl::memory::desc;
  using Tag = dnnl::memory::format_tag;
  using Type = dnnl::memory::data_type;
  const Type type = precision == Precision::bf16 ? Type::bf16 : Type::f32;
  const dnnl::matmul::primitive_desc description(
      dnnl::matmul::desc(Description({rows, inner}, type, Tag::ab),
                         Description({inner, columns}, type, Tag::any),
                         Description({rows, columns}, Type::f32, Tag::ab)),
      parts_->engine);
  parts_->product = dnnl::matmul(description);
  // Ones, by oneDNN's own conversion: zeros could be denormal-free luck, garbage could be slow.
  const auto ones = [&](const Description& wanted, Index n, Index m) {
    Matrix<float> plain(n, m);
    plain.fill(1.0f);
    dnnl::memory from({{n, m}, Type::f32, Tag::ab}, parts_->engine, plain.data());
    dnnl::memory to(wanted, parts_->engine);
    dnnl::reorder(from, to).execute(parts_->stream, from, to);
    parts_->stream.wait();
    return to;
  };
  parts_->a = ones(description.src_desc(), rows, inner);
  parts_->b = ones(description.weights_desc(), inner, columns);
  parts_->c = dnnl::memory(description.dst_desc(), parts_->engine);
}

OneDnnProduct::~OneDnnProduct() = default;

void OneDnnProduct::run() {
  parts_->product.execute(
      parts_->stream,
      {{DNNL_ARG_SRC, parts_->a}, {DNNL_ARG_WEIGHTS, parts_->b}, {DNNL_ARG_DST, parts_->c}});
  parts_->stream.wait();
}

}  // namespace integrad::bench
