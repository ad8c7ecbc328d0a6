# What is installed beside the program, and the Debian package made of it: `cpack` in the build folder, or `./dev package`.
# The same sources give the same bytes, wherever and whenever they are built: no path of the build stands in the
# program, and the package takes its time from SOURCE_DATE_EPOCH.
# example.org is nobody's (RFC 2606), and Debian wants an address: who hands packages to others gives their own.
set(LOTOP_CONTACT "lotop contributors <lotop@example.org>" CACHE STRING "The maintainer of the Debian package")

set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)    # installing and packing take what was built, and build nothing (not the tests)

add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)

# install_each DESTINATION PATTERN [NAME]: files of the source folder; NAME where the installed one is called otherwise.
function(install_each destination pattern)
	file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${pattern})
	if(ARGN)
		set(rename RENAME ${ARGN})
	endif()
	if(files)
		install(FILES ${files} DESTINATION ${destination} ${rename})
	endif()
endfunction()

set(share ${CMAKE_INSTALL_DATADIR})
install_each(${CMAKE_INSTALL_MANDIR}/man1            man/*.1)
install_each(${CMAKE_INSTALL_MANDIR}/man5            man/*.5)
install_each(${share}/applications                   packaging/lotop.desktop)
install_each(${share}/bash-completion/completions    completions/lotop.bash lotop)
install_each(${share}/fish/vendor_completions.d      completions/lotop.fish)
# zsh of Debian looks for what packages bring in vendor-completions, and only below /usr; below /usr/local it looks in
# site-functions, as zsh does elsewhere.
install(CODE "
	if(CMAKE_INSTALL_PREFIX MATCHES \"/usr$\" AND EXISTS /etc/debian_version)
		set(zsh_folder vendor-completions)
	else()
		set(zsh_folder site-functions)
	endif()
	file(INSTALL \"${PROJECT_SOURCE_DIR}/completions/_lotop\" DESTINATION
		\"\${CMAKE_INSTALL_PREFIX}/${share}/zsh/\${zsh_folder}\")")
install_each(${CMAKE_INSTALL_DOCDIR}                 README.md)
install_each(${CMAKE_INSTALL_DOCDIR}                 docs/schema-1.json)
install_each(${CMAKE_INSTALL_DOCDIR}                 CHANGELOG.md changelog)
install_each(${CMAKE_INSTALL_DOCDIR}                 packaging/copyright)
configure_file(${PROJECT_SOURCE_DIR}/packaging/changelog.Debian.in ${PROJECT_BINARY_DIR}/changelog.Debian @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/changelog.Debian DESTINATION ${CMAKE_INSTALL_DOCDIR})
install_each(${share}/lintian/overrides              packaging/lintian-overrides lotop)
install_each(${CMAKE_INSTALL_DOCDIR}/examples        packaging/lotop.conf)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lotop)
set(CPACK_PACKAGE_CONTACT ${LOTOP_CONTACT})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "dashboard of everything that listens on the loopback interface")
set(CPACK_PACKAGE_DESCRIPTION
"lotop shows every socket that can be reached on this machine's loopback, with
the processes that hold it: listeners, ports that are bound but not listening,
UDP, and the remains of closed connections that still block a port.

It tells who has a port and since when, why a port cannot be bound or reached,
what is open to the network by accident, and what became of a signal that was
sent: exited, port free, still running, or taken again and by whom.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/prepare.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nftables, xdg-utils, wl-clipboard | xclip")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
