# Writes OUTPUT, the source that holds the text of FILES by their names. Run by the build with cmake -P.

set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} text)
  if(text MATCHES "\\)text\"")
    message(FATAL_ERROR "${file} contains )text\", which ends the literal that it is embedded in.")
  endif()
  string(APPEND rows "  if (name == \"${name}\") return R\"text(${text})text\";\n")
endforeach()

file(WRITE ${OUTPUT} "#include \"${FOLDER}/${SYMBOL}.hpp\"

namespace ${NAMESPACE} {

std::string_view ${SYMBOL}(std::string_view name) {
${rows}  return {};
}

}  // namespace ${NAMESPACE}
")
