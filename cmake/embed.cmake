# Writes OUTPUT, the source that holds the text of FILES. Run by the build with cmake -P.

set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  if(text MATCHES "\\)sql\"")
    message(FATAL_ERROR "${file} contains )sql\", which ends the literal that it is embedded in.")
  endif()
  string(APPEND rows "    {\"${name}\", R\"sql(${text})sql\"},\n")
endforeach()

file(WRITE ${OUTPUT} "#include \"${FOLDER}/${SYMBOL}.hpp\"

namespace ${NAMESPACE} {

std::span<const platform::postgres::Migration> ${SYMBOL}() {
  static constexpr platform::postgres::Migration files[] = {
${rows}  };
  return files;
}

}  // namespace ${NAMESPACE}
")
