#include "program/audio_file.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <memory>
#include <string_view>

namespace music {
namespace {

struct Format {
  std::string_view extension;
  std::string_view start;
  std::size_t offset = 0;  ///< Of `start` in the file.
};
constexpr std::array formats{Format{"flac", "fLaC"}, Format{"ogg", "OggS"}, Format{"opus", "OggS"},
                             Format{"wav", "RIFF"}, Format{"m4a", "ftyp", 4}};

std::string extensionOf(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  if (!extension.empty()) extension.erase(0, 1);
  for (char& c : extension)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

bool startsRight(std::string_view head, std::string_view extension) {
  if (extension == "mp3") {
    const bool frame = head.size() > 1 && head[0] == '\xff' && (head[1] & '\xe0') == '\xe0';
    return frame || head.starts_with("ID3");
  }
  return std::any_of(formats.begin(), formats.end(), [&](const Format& format) {
    return format.extension == extension && head.size() > format.offset &&
           head.substr(format.offset).starts_with(format.start);
  });
}

struct FreeState {
  void operator()(XXH3_state_t* state) const noexcept { XXH3_freeState(state); }
};

std::string hexadecimal(const XXH128_hash_t& hash) {
  XXH128_canonical_t bytes;
  XXH128_canonicalFromHash(&bytes, hash);
  std::string text;
  for (const unsigned char byte : bytes.digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace

bool isAudioFile(const std::filesystem::path& path) {
  const std::string extension = extensionOf(path);
  return extension == "mp3" ||
         std::any_of(formats.begin(), formats.end(),
                     [&](const Format& format) { return format.extension == extension; });
}

AudioNames namesOf(const std::filesystem::path& belowRoot) {
  AudioNames names;
  const std::filesystem::path folder = belowRoot.parent_path();
  if (folder.has_parent_path()) {
    names.artist = folder.parent_path().filename().string();
    names.album = folder.filename().string();
  } else if (!folder.empty()) {
    names.artist = folder.filename().string();
  }
  names.title = belowRoot.stem().string();
  const std::size_t digits = names.title.find_first_not_of("0123456789");
  if (digits != 0 && digits < 4 && digits != std::string::npos) {
    const std::size_t title = names.title.find_first_not_of(" -._", digits);
    if (title != digits && title != std::string::npos) {
      names.number = std::stoi(names.title.substr(0, digits));
      names.title.erase(0, title);
    }
  }
  return names;
}

AudioContent contentOf(const AudioFile& file) {
  AudioContent content;
  content.format = extensionOf(file.path);
  const std::unique_ptr<XXH3_state_t, FreeState> state(XXH3_createState());
  XXH3_128bits_reset(state.get());
  std::ifstream in(file.path, std::ios::binary);
  std::array<char, 65536> buffer{};
  std::string head;
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
    const auto size = static_cast<std::size_t>(in.gcount());
    if (head.empty()) head.assign(buffer.data(), std::min<std::size_t>(size, 16));
    XXH3_128bits_update(state.get(), buffer.data(), size);
  }
  content.hash = hexadecimal(XXH3_128bits_digest(state.get()));
  content.broken = !in.eof() || !startsRight(head, content.format);
  return content;
}

}  // namespace music
