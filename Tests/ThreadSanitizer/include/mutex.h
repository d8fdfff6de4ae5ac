// Nothing is called from outside: the linker finds what is in mutex.c.
