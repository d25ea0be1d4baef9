#include "integrad/hub/blob_digest.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "integrad/hub/cache_folder.h"
#include "integrad/hub/model_id.h"

namespace integrad {
namespace {

class Digest {
 public:
  explicit Digest(const EVP_MD* kind) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    check(context_ != nullptr && EVP_DigestInit_ex(context_.get(), kind, nullptr) == 1);
  }

  void add(std::string_view bytes) {
    check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }

  std::string hexadecimal() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    check(EVP_DigestFinal_ex(context_.get(), bytes.data(), &length) == 1);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
      text += digits[bytes[i] >> 4];
      text += digits[bytes[i] & 15];
    }
    return text;
  }

 private:
  static void check(bool good) {
    if (!good) throw std::runtime_error("OpenSSL cannot compute a digest");
  }

  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

bool matches_etag(const std::filesystem::path& file, const std::string& etag,
                  const std::function<void()>& tick) {
  const bool git = is_hexadecimal(etag, 40);
  if (!git && !is_hexadecimal(etag, 64)) return true;
  Digest digest(git ? EVP_sha1() : EVP_sha256());
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) fail_writing(file, errno);
  const auto size = static_cast<long long>(stream.tellg());
  stream.seekg(0);
  // std::string's terminating zero is the one of git's head.
  const std::string head = "blob " + std::to_string(size);
  if (git) digest.add({head.c_str(), head.size() + 1});
  std::vector<char> piece(std::size_t{1} << 20);
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.add({piece.data(), static_cast<std::size_t>(stream.gcount())});
    tick();
  }
  return digest.hexadecimal() == etag;
}

}  // namespace integrad
