# Run by CPack when the files lie in the package's folder: folders that everybody may enter, whatever the umask, and
# what Debian wants compressed, without a time inside.
file(GLOB_RECURSE files
	${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/man/*.[1-8]
	${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/lotop/changelog*)
execute_process(COMMAND gzip -9n ${files} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND find ${CPACK_TEMPORARY_INSTALL_DIRECTORY} -type d -exec chmod 755 {} + COMMAND_ERROR_IS_FATAL ANY)
