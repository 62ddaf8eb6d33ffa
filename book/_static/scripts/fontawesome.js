/* The icons come from the web font; this 1.5 MB script of the theme only redraws them. */
