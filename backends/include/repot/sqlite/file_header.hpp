// The first bytes of a database file, which tell what it is before SQLite is asked for its rows.
#pragma once

#include <cstddef>
#include <string>

namespace repot::sqlite {

/// Of the header of every database ("SQLite file format", 1.3).
constexpr std::size_t fileHeaderBytes = 100;

/// The header of the file `path`, taken byte for byte, or what there is of it in a shorter file.
///
/// Read through SQLite: a process that opens and closes a file by itself loses every lock that its
/// connections have on it ("How To Corrupt An SQLite Database File", 2.2). Takes no lock.
/// Errors: permission, resource. Thread-safety: any thread.
std::string readFileHeader(const std::string& path);

}  // namespace repot::sqlite
