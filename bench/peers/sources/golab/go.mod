module golab

go 1.22
