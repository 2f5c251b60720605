// What can be told of an audio file without decoding it.
#pragma once

#include <repot/value.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace music {

inline constexpr const char* hashAlgorithm = "xxh3-128";

/// True for the extensions of audio files, whatever the letters' case.
bool isAudioFile(const std::filesystem::path& path);

struct AudioFile {
  std::string path;  ///< Absolute.
  std::int64_t size = 0;
  repot::Timestamp modifiedAt{};
};

/// What the names of folders and file say: ARTIST/ALBUM/01 TITLE.flac below the scanned folder.
struct AudioNames {
  std::string artist = "Unknown Artist";
  std::string album;  ///< May be empty.
  std::string title;
  int number = 0;  ///< 0: none.
};
AudioNames namesOf(const std::filesystem::path& belowRoot);

/// What the content says; reads the whole file.
struct AudioContent {
  std::string hash;  ///< By hashAlgorithm, in hexadecimal digits.
  std::string format;
  bool broken = false;  ///< It cannot be read, or does not start as its format does.
};
AudioContent contentOf(const AudioFile& file);

}  // namespace music
