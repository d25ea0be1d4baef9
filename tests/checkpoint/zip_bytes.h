// Builds zip archives for tests, sound ones and others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace integrad {

struct ZipPart {
  std::string name;
  std::string content;
  std::uint16_t method = 0;  // 0 stored; 8: content is deflated already
  std::uint16_t flags = 0;
  std::uint32_t checksum = 0;
};

inline std::string little_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 255);
  return text;
}

/// An archive of the parts in this order. With `zip64` all sizes and places are 64-bit.
inline std::string zip_bytes(const std::vector<ZipPart>& parts, bool zip64 = false) {
  const auto short_number = [&](std::uint64_t number, int bytes) {
    return zip64 ? std::string(static_cast<std::size_t>(bytes), '\xff')
                 : little_endian(number, bytes);
  };
  std::string file, directory;
  for (const ZipPart& part : parts) {
    const std::size_t begin = file.size();
    const std::string common =
        little_endian(20, 2) + little_endian(part.flags, 2) + little_endian(part.method, 2) +
        std::string(4, '\0') + little_endian(part.checksum, 4) +
        short_number(part.content.size(), 4) + short_number(part.content.size(), 4) +
        little_endian(part.name.size(), 2);
    file += "PK\x03\x04" + common + little_endian(0, 2) + part.name + part.content;
    std::string extra;
    if (zip64) {
      extra = little_endian(1, 2) + little_endian(24, 2) + little_endian(part.content.size(), 8) +
              little_endian(part.content.size(), 8) + little_endian(begin, 8);
    }
    directory += "PK\x01\x02" + little_endian(20, 2) + common + little_endian(extra.size(), 2) +
                 std::string(10, '\0') + short_number(begin, 4) + part.name + extra;
  }
  const std::size_t begin = file.size();
  file += directory;
  if (zip64) {
    const std::size_t record = file.size();
    file += "PK\x06\x06" + little_endian(44, 8) + std::string(12, '\0') +
            little_endian(parts.size(), 8) + little_endian(parts.size(), 8) +
            little_endian(directory.size(), 8) + little_endian(begin, 8);
    file += "PK\x06\x07" + std::string(4, '\0') + little_endian(record, 8) + little_endian(1, 4);
  }
  return file + std::string("PK\x05\x06") + std::string(4, '\0') + short_number(parts.size(), 2) +
         short_number(parts.size(), 2) + short_number(directory.size(), 4) +
         short_number(begin, 4) + std::string(2, '\0');
}

}  // namespace integrad
