#include "tests/support/allocation_counter.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> calls{0};
std::atomic<std::ptrdiff_t> live{0}, peak{0};

/// In front of each block: where malloc's own begins, and the size asked for.
struct Header {
  void* block;
  std::size_t size;
};

void* allocate(std::size_t size, std::size_t alignment) {
  alignment = std::max(alignment, alignof(std::max_align_t));
  void* block = std::malloc(size + sizeof(Header) + alignment);
  if (block == nullptr) throw std::bad_alloc();
  auto address = reinterpret_cast<std::size_t>(block) + sizeof(Header);
  address = (address + alignment - 1) / alignment * alignment;
  reinterpret_cast<Header*>(address)[-1] = {block, size};
  ++calls;
  const auto now = live += static_cast<std::ptrdiff_t>(size);
  auto before = peak.load();
  while (now > before && !peak.compare_exchange_weak(before, now)) {
  }
  return reinterpret_cast<void*>(address);
}

void release(void* pointer) {
  if (pointer == nullptr) return;
  const Header header = static_cast<Header*>(pointer)[-1];
  live -= static_cast<std::ptrdiff_t>(header.size);
  std::free(header.block);
}

}  // namespace

namespace integrad::testing {

std::size_t allocations() { return calls; }
std::ptrdiff_t live_bytes() { return live; }
std::ptrdiff_t peak_bytes() { return peak; }
void reset_peak() { peak = live.load(); }

}  // namespace integrad::testing

void* operator new(std::size_t size) { return allocate(size, 0); }
void* operator new[](std::size_t size) { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void operator delete(void* pointer) noexcept { release(pointer); }
void operator delete[](void* pointer) noexcept { release(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { release(pointer); }
void operator delete[](void* pointer, std::size_t) noexcept { release(pointer); }
void operator delete(void* pointer, const std::nothrow_t&) noexcept { release(pointer); }
void operator delete[](void* pointer, const std::nothrow_t&) noexcept { release(pointer); }
void operator delete(void* pointer, std::align_val_t) noexcept { release(pointer); }
void operator delete[](void* pointer, std::align_val_t) noexcept { release(pointer); }
void operator delete(void* pointer, std::size_t, std::align_val_t) noexcept { release(pointer); }
void operator delete[](void* pointer, std::size_t, std::align_val_t) noexcept { release(pointer); }
