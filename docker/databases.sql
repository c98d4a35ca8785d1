-- Beside the database that PostgreSQL's image makes for Heyan: the Prefect server's.
CREATE DATABASE prefect;
