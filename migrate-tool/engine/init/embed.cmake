# Writes the files of FOLDER as texts into the C++ file OUTPUT. Runs when the library is built, so that
# the template can be kept, and read, as the files that it makes.
file(GLOB_RECURSE names RELATIVE "${FOLDER}" "${FOLDER}/*")
list(SORT names)
set(source "// The files of template/, written by embed.cmake.\n#include \"engine/init/template.hpp\"\n\n")
string(APPEND source "namespace repot::init {\n\nconst std::vector<TemplateFile>& templateFiles() {\n")
string(APPEND source "  static const std::vector<TemplateFile> files{\n")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}" text)
  string(APPEND source "      {\"${name}\", R\"repot(${text})repot\"},\n")
endforeach()
string(APPEND source "  };\n  return files;\n}\n\n}  // namespace repot::init\n")
file(WRITE "${OUTPUT}" "${source}")
